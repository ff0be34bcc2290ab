"""Rows of the table for sampling; search and model selection are tested in files of their own."""

OPS = []

AT_RANDOM = "draws at random: test_sampling.py"
ONE_VERSION = "index arrays, functions and numbers: one version serves both worlds"
NO_ROW = {
    "sampling.class_weights": "the twin is in torch's default dtype: test_sampling.py",
    "sampling.random_oversample": AT_RANDOM,
    "sampling.random_undersample": AT_RANDOM,
    "sampling.smote": AT_RANDOM,
    "sampling.same_pairs": AT_RANDOM,
} | {
    f"{name}": "draws at random or calls functions: test_search.py"
    for name in (
        "search.log_uniform", "search.random_search", "search.grid_search",
        "search.learning_rate_range_test", "search.successive_halving", "search.pick_rate",
        "model_selection.k_fold", "model_selection.cross_validate",
        "model_selection.stratified_split", "model_selection.find_duplicates",
    )
}  # fmt: skip
NO_TWIN = {
    name: ONE_VERSION
    for name in (
        "search.log_uniform", "search.random_search", "search.grid_search",
        "search.learning_rate_range_test", "search.successive_halving", "search.pick_rate",
        "model_selection.k_fold", "model_selection.cross_validate",
        "model_selection.stratified_split", "model_selection.find_duplicates",
    )
}  # fmt: skip
