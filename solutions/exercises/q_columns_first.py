# %% [markdown] tags=["statement"]
# ### What makes it honest?
#
# A table has 60 rows and 5,000 columns, all of them pure noise, and labels that were decided by the
# toss of a coin. Somebody picks the 20 columns that are most strongly correlated with the labels,
# keeps only these, and estimates the error of a classifier by 10-fold cross-validation, whose `fit`
# sees training rows only. The estimate misleads, since nobody can do better than 50 % on new rows.
# What makes it honest?
#
# 1. More folds, up to leaving out one row at a time: larger training sets give a better estimate.
# 2. Shuffling the rows before they are cut into folds: their order may hold a pattern.
# 3. Picking the 20 columns inside `fit`, anew for each fold.
# 4. Repeating the whole cross-validation with 100 other cuts and averaging the estimates.
# 5. A simpler classifier: with 20 columns and 54 training rows it overfits.

# %% [markdown] tags=["hint"]
# Follow the label of one single row from the start: at which steps is it looked at before the row
# is used for validation?

# %% tags=["solution"] kind="choice"
q_columns_first = 3

# %% tags=["mistakes"]
mistakes = {
    1: "Leave one row out: has its label had a say in which columns there are?",
    2: "The labels are coin tosses, in any order. Which step has seen all of them before the first "
    "fold was cut?",
    4: "An average over many cuts has less noise. Is an error far from 50 % a matter of noise?",
    5: "A classifier that overfits does badly on the rows left out. Here it does well on them: "
    "where does it know them from?",
}
