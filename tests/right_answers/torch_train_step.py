ANSWERS = {
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
}
