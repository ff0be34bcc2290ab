"""What lives in a page without a kernel: widgets, guesses, questions."""
