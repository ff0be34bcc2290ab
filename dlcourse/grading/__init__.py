"""From submissions to marks: sandbox, answer, submission, class, gradebook."""
