"""The grader, graded: known mistakes, automatic mutants, other right answers, repetition."""
