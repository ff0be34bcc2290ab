"""The training loop has no rows: it is held to its promises in test_training.py."""

OPS = []
NO_ROW = {
    f"training.{name}": "a loop over random batches: test_training.py"
    for name in (
        "minibatches", "sgd", "adam", "fit", "train_classifier",
    )
} | {
    f"checkpoints.{name}": "writes and reads a file, through `checkpoint` of fit: test_training.py"
    for name in ("save_checkpoint", "load_checkpoint")
}  # fmt: skip
NO_TWIN = {
    "training.fit": "takes arrays and a gradient function; for an nn.Module there is fit_module",
    "training.sgd": "the twin takes an optimizer of torch.optim",
    "training.adam": "the twin takes an optimizer of torch.optim",
}
TWIN_ONLY = {
    "training.fit_module": "takes an nn.Module and torch.optim; for lists of arrays there is fit",
    "training.evaluate_module": "takes an nn.Module",
    "checkpoints.write_whole": "writes what torch.save writes",
    "matrix_peak.matrix_peak": "measures a device",
    "matrix_peak.finished": "waits for a device",
} | {
    f"parallel.{name}": "PyTorch has processes that train together: test_parallel.py"
    for name in (
        "processes", "rank", "share", "total", "gathered", "agree", "together", "side_by_side",
        "share_batch_norms",
    )
}  # fmt: skip
