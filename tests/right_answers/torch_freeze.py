ANSWERS = {
    "each batch norm keeps its own mode": """
def stay(module):
    module.eval()
    module.train = lambda mode=True: module


def torch_freeze(model, names):
    children = dict(model.named_children())
    for name in names:
        for p in children[name].parameters():
            p.requires_grad = False
        for m in children[name].modules():
            if isinstance(m, torch.nn.modules.batchnorm._BatchNorm):
                stay(m)
    return model
""",
    "the model's train is wrapped": """
def torch_freeze(model, names):
    before = model.train

    def train(mode=True):
        before(mode)
        for name in names:
            getattr(model, name).eval()
        return model

    for name in names:
        getattr(model, name).requires_grad_(False)
    model.train = train
    train(model.training)
    return model
""",
    "norms of another class": """
def torch_freeze(model, names):
    def stays(kind):
        class Frozen(kind):
            def train(self, mode=True):
                return super().train(False)

        return Frozen

    for name in names:
        child = model.get_submodule(name)
        for p in child.parameters():
            p.requires_grad_(False)
        for m in child.modules():
            if isinstance(m, (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d, torch.nn.BatchNorm3d)):
                m.__class__ = stays(type(m))
                m.train()
    return model
""",
    "a hook sets eval before every forward pass": """
def torch_freeze(model, names):
    for name, child in model.named_children():
        if name not in names:
            continue
        for p in child.parameters():
            p.requires_grad = False
        for m in child.modules():
            if 'BatchNorm' in type(m).__name__:
                m.register_forward_pre_hook(lambda m, given: m.__setattr__('training', False))
    return model
""",
}
