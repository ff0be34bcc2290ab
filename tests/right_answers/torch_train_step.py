ANSWERS = {
    "torch as it is given": """
def torch_train_step(model, optimizer, X, y):
    model.train()
    loss = torch.nn.functional.cross_entropy(model(X), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
""",
    "nn.CrossEntropyLoss, cleared first": """
import torch

criterion = torch.nn.CrossEntropyLoss()


def torch_train_step(model, optimizer, X, y):
    model.train(True)
    optimizer.zero_grad(set_to_none=False)
    loss = criterion(model(X), y)
    loss.backward()
    optimizer.step()
    return float(loss)
""",
    "log-softmax by hand, gradients by autograd.grad": """
import torch


def torch_train_step(model, optimizer, X, y):
    model.train()
    log_p = model(X).log_softmax(dim=1)
    loss = -log_p[torch.arange(len(y)), y].mean()
    params = list(model.parameters())
    for p, g in zip(params, torch.autograd.grad(loss, params)):
        p.grad = g
    optimizer.step()
    return loss.detach().cpu().numpy().item()
""",
    "F.cross_entropy with a log-softmax and nll_loss, gradients set to None": """
import torch
import torch.nn.functional as F


def torch_train_step(model, optimizer, X, y):
    model.train(True)
    for group in optimizer.param_groups:
        for p in group["params"]:
            p.grad = None
    loss = F.nll_loss(F.log_softmax(model(X), dim=-1), y)
    loss.backward()
    optimizer.step()
    return float(loss)
""",
    "a closure": """
import torch


def torch_train_step(model, optimizer, X, y):
    model.train()

    def closure():
        optimizer.zero_grad(set_to_none=False)
        loss = torch.nn.functional.cross_entropy(model(X), y)
        loss.backward()
        return loss

    return optimizer.step(closure).detach().numpy()
""",
}
