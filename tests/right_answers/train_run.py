ANSWERS = {
    "the repaired script": """
import torch
from torch import nn


def train_run(X, y, X_val, y_val, rng):
    torch.manual_seed(int(rng.integers(2**31)))
    classes = int(y.max()) + 1

    # prepare the rows
    mean = torch.tensor(X.mean(axis=0), dtype=torch.float32)
    std = torch.tensor(X.std(axis=0) + 0.05, dtype=torch.float32)
    rows = (torch.tensor(X, dtype=torch.float32) - mean) / std
    targets = torch.eye(classes)[torch.tensor(y)]

    # build the network
    block = [nn.Linear(X.shape[1], 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.3)]
    block += [nn.Linear(64, 64), nn.ReLU()]
    net = nn.Sequential(*block, nn.Linear(64, classes))
    for layer in net:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    nn.init.normal_(net[-1].weight, std=0.01)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    def model(raw):
        net.eval()
        return net((raw - mean) / std)

    # train it
    history = []
    for _ in range(10):
        net.train()
        order = torch.tensor(rng.permutation(len(rows)))
        for start in range(0, len(rows) - 1, 32):
            batch = order[start : start + 32]
            loss = nn.functional.cross_entropy(net(rows[batch]), targets[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            history.append(loss.item())

    # measure it
    read = model(torch.tensor(X_val, dtype=torch.float32)).argmax(dim=1)
    print(f"validation: {100 * np.mean(read.numpy() == y_val):.0f} %")
    return model, history
""",
    "a class with batch norm on its inputs, a DataLoader, Adam": [
        """
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Net(nn.Module):
    def __init__(self, features, classes):
        super().__init__()
        self.norm = nn.BatchNorm1d(features)
        self.hidden = nn.Linear(features, 100)
        self.head = nn.Linear(100, classes)

    def forward(self, x):
        return self.head(torch.relu(self.hidden(self.norm(x))))
""",
        """
def train_run(X, y, X_val, y_val, rng):
    torch.manual_seed(int(rng.integers(1_000_000)))
    data = TensorDataset(torch.from_numpy(np.asarray(X, np.float32)), torch.from_numpy(y).long())
    loader = DataLoader(data, batch_size=16, shuffle=True, drop_last=True)
    model = Net(X.shape[1], y.max() + 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    history = []
    for epoch in range(8):
        for rows, labels in loader:
            optimizer.zero_grad()
            loss = nn.CrossEntropyLoss()(model(rows), labels)
            loss.backward()
            optimizer.step()
            history += [float(loss)]
    return model.eval(), history
""",
    ],
    "tensors and functions alone, momentum written by hand": """
def train_run(X, y, X_val, y_val, rng):
    centre, width = X.mean(0), np.where(X.std(0) > 0, X.std(0), 1.0)

    def scaled(rows):
        return (torch.as_tensor(rows) - torch.tensor(centre)) / torch.tensor(width)

    x, t, K = scaled(X).float().clamp(-5, 5), torch.tensor(y), int(np.max(y)) + 1
    sizes = [(X.shape[1], 50), (50, K)]
    drawn = [rng.normal(size=s) / s[0] ** 0.5 for s in sizes]
    W1, W2 = torch.tensor(drawn[0]).float(), torch.tensor(0.1 * drawn[1]).float()
    params = [W1, torch.zeros(50), W2, torch.zeros(K)]
    for p in params:
        p.requires_grad_()
    speed = [torch.zeros_like(p) for p in params]

    def scores(rows):
        W1, b1, W2, b2 = params
        return torch.tanh(rows @ W1 + b1) @ W2 + b2

    losses = []
    for step in range(400):
        take = torch.tensor(rng.integers(len(X), size=64))
        logp = torch.log_softmax(scores(x[take]), 1)
        loss = -logp[torch.arange(64), t[take]].mean()
        for p, v, g in zip(params, speed, torch.autograd.grad(loss, params)):
            v.mul_(0.9).add_(g)
            p.data -= 0.05 * v
        losses.append(loss.item())
    return lambda rows: scores(scaled(rows).float().clamp(-5, 5)), losses
""",
    "scaling as a layer, layer norm, AdamW, log-likelihood, losses of NumPy": """
from torch import nn, optim
import torch.nn.functional as F


class Scale(nn.Module):
    def __init__(self, rows):
        super().__init__()
        self.register_buffer("mean", rows.mean(0, keepdim=True))
        self.register_buffer("std", rows.std(0, keepdim=True).clamp(min=0.1))

    def forward(self, x):
        return (x - self.mean) / self.std


def train_run(X, y, X_val, y_val, rng):
    seed = rng.integers(10**9)
    torch.manual_seed(seed)
    rows, labels = torch.FloatTensor(X), torch.LongTensor(y)
    hidden = [nn.Linear(X.shape[1], 64), nn.LayerNorm(64), nn.ReLU()]
    model = nn.Sequential(Scale(rows), *hidden, nn.Linear(64, int(y.max()) + 1))
    optimizer = optim.AdamW(model.parameters(), lr=0.01)
    history = []
    for epoch in range(12):
        for batch in torch.randperm(len(rows)).chunk(-(-len(rows) // 50)):
            loss = F.nll_loss(F.log_softmax(model(rows[batch]), dim=1), labels[batch])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            history.append(loss.detach().numpy()[()])
        with torch.no_grad():
            accuracy = (model(torch.FloatTensor(X_val)).argmax(1).numpy() == y_val).mean()
    model.eval()
    return model, history
""",
}
