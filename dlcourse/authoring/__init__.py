"""From lecture and exercise files to released notebooks."""
