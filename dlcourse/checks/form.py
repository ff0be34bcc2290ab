"""What an exercise file imports: the mark of a mistake."""


def mistake(sentence, of=None):
    """Mark a function of an exercise file as a known wrong answer.

    Parameters
    ----------
    sentence : str
        What a tutor says to whoever wrote it: what the result shows, then what to look at. True
        for every answer that triggers it; gives no solution.
    of : callable, optional
        Which of the exercise's functions it stands for, where there are two.
    """

    def mark(function):
        function.sentence = sentence
        function.stands_for = of.__name__ if of else None
        return function

    return mark
