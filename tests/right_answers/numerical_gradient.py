ANSWERS = {
    "in the float type of x": """
def numerical_gradient(f, x, h=1e-5):
    point = x.astype(float)
    gradient = np.empty(x.shape, dtype=x.dtype if x.dtype.kind == "f" else float)
    for i in np.ndindex(x.shape):
        nudge = np.zeros(x.shape)
        nudge[i] = h
        gradient[i] = (f(point + nudge) - f(point - nudge)) / (2 * h)
    return gradient
""",
    "flat copies": """
def numerical_gradient(f, x, h=1e-5):
    x64 = np.asarray(x).astype(np.float64)
    slopes = []
    for i in range(x64.size):
        up, down = x64.ravel().copy(), x64.ravel().copy()
        up[i] += h
        down[i] -= h
        slopes.append((f(up.reshape(x64.shape)) - f(down.reshape(x64.shape))) / (2 * h))
    dtype = x.dtype if np.issubdtype(x.dtype, np.floating) else np.float64
    return np.array(slopes, dtype=dtype).reshape(x64.shape)
""",
    "nditer, restores its copy, prints": """
def numerical_gradient(f, x, h=1e-5):
    point = x * np.float64(1)
    gradient = np.empty_like(point, order="F")
    for index, _ in np.ndenumerate(x):
        old = point[index]
        point[index] = old + h
        plus = f(point)
        point[index] = old - h
        minus = f(point)
        point[index] = old
        gradient[index] = (plus - minus) / 2 / h
    print("done")
    return gradient.astype(np.result_type(x.dtype, np.float16) if x.dtype.kind == "f" else float)
""",
    "a helper in another cell": [
        """
def slope(f, x, direction, h):
    return (f(x + h * direction) - f(x - h * direction)) / (2 * h)
""",
        """
def numerical_gradient(f, x, h=1e-5):
    x64 = np.array(x, dtype=float)
    directions = np.eye(x64.size).reshape((x64.size, *x64.shape))
    result = np.array([slope(f, x64, e, h) for e in directions]).reshape(x64.shape)
    return result if x.dtype.kind != "f" else result.astype(x.dtype)
""",
    ],
    "in place on a float64 view's copy, a lambda for the slope": """
def numerical_gradient(f, x, h=1e-5):
    flat = np.ravel(np.array(x, dtype="float64", order="C"))
    shaped = flat.reshape(np.shape(x))

    def at(i, value):
        old, flat[i] = flat[i], value
        result = float(f(shaped))
        flat[i] = old
        return result

    slope = lambda i: (at(i, flat[i] + h) - at(i, flat[i] - h)) / (h + h)
    out = np.fromiter(map(slope, range(flat.size)), dtype=float, count=flat.size)
    kind = x.dtype if issubclass(x.dtype.type, np.floating) else np.float64
    return out.reshape(x.shape).astype(kind)
""",
    "a class that can be called": """
class Gradient:
    def __call__(self, f, x, h=1e-5):
        result = np.zeros_like(x, dtype=np.float64)
        it = np.nditer(result, flags=["multi_index"], op_flags=["readwrite"])
        for entry in it:
            nudged = [x.astype(np.float64) for _ in range(2)]
            nudged[0][it.multi_index] += h
            nudged[1][it.multi_index] -= h
            entry[...] = 0.5 * (f(nudged[0]) - f(nudged[1])) / h
        return result.astype(x.dtype) if x.dtype == np.float32 else result


numerical_gradient = Gradient()
""",
}
