"""A class over a term: what arrived, whose it is, what is due, and marks on their way back."""
