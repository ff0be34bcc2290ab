ANSWERS = {
    "a counter and the best loss": """
def early_stopping(val_losses, patience):
    best_loss = float("inf")
    best_epoch = 0
    wait = 0
    for epoch in range(len(val_losses)):
        if val_losses[epoch] < best_loss:
            best_loss = val_losses[epoch]
            best_epoch = epoch
            wait = 0
        else:
            wait += 1
            if wait >= patience:
                return best_epoch, epoch
    return best_epoch, len(val_losses) - 1
""",
    "argmin of what was seen, nan as infinity": """
def early_stopping(val_losses, patience):
    losses = np.where(np.isnan(val_losses), np.inf, val_losses)
    for stop in range(len(losses)):
        best = np.argmin(losses[: stop + 1])
        if stop - best >= patience:
            return best, stop
    return best, stop
""",
    "a while loop, a list": """
def early_stopping(val_losses, patience):
    epoch, best = 0, 0
    last = len(val_losses) - 1
    while epoch < last and epoch - best < patience:
        epoch += 1
        if val_losses[epoch] < val_losses[best]:
            best = epoch
    return [best, epoch]
""",
    "the running minimum": """
def early_stopping(val_losses, patience):
    lowest = np.fmin.accumulate(np.array(val_losses, dtype=float))
    fresh = np.append(True, lowest[1:] < lowest[:-1])
    epochs = np.arange(len(lowest))
    best = np.maximum.accumulate(np.where(fresh, epochs, 0))
    late = np.flatnonzero(epochs - best >= patience)
    stop = late[0] if late.size else epochs[-1]
    return np.array([best[stop], stop])
""",
    "a class as in libraries, in another cell": [
        '''
class Stopper:
    """Counts how long ago the best epoch was."""

    def __init__(self, patience):
        self.patience, self.best, self.epoch, self.loss = patience, None, -1, None

    def step(self, loss):
        self.epoch += 1
        if self.best is None or loss < self.loss:
            self.best, self.loss = self.epoch, loss
        return self.epoch - self.best >= self.patience
''',
        """
def early_stopping(val_losses, patience):
    stopper = Stopper(patience)
    for loss in val_losses:
        if stopper.step(loss):
            break
    return stopper.best, stopper.epoch
""",
    ],
    "recursion": """
def early_stopping(val_losses, patience):
    def go(epoch, best):
        if val_losses[epoch] < val_losses[best]:
            best = epoch
        if epoch - best >= patience or epoch + 1 == len(val_losses):
            return best, epoch
        return go(epoch + 1, best)
    return go(0, 0)
""",
    "records and the gaps between them": """
def early_stopping(val_losses, patience):
    records = [0]
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[records[-1]]:
            records.append(epoch)
    for this, following in zip(records, records[1:]):
        if following - this > patience:
            return this, this + patience
    return records[-1], min(records[-1] + patience, len(val_losses) - 1)
""",
    "the best of each beginning": """
def early_stopping(val_losses, patience):
    for stop in range(len(val_losses)):
        best = int(np.nanargmin(val_losses[: stop + 1]))
        if stop - best >= patience:
            break
    return best, stop
""",
}
