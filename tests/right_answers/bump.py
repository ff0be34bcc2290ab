ANSWERS = {
    "plain sigmoids, overflow reported and harmless": """
def bump(x, left, right, height, steepness=1000.0):
    up = 1 / (1 + np.exp(-steepness * (x - left)))
    down = 1 / (1 + np.exp(-steepness * (x - right)))
    return height * up - height * down
""",
    "two units as a layer": """
def bump(x, left, right, height, steepness=1000.0):
    places, outer = np.array([left, right]), np.array([height, -height])
    z = steepness * (x[..., None] - places)
    units = 0.5 + 0.5 * np.tanh(z / 2)
    return (units @ outer).astype(np.result_type(x.dtype, np.float16))
""",
    "one step minus itself moved": [
        "def up(x, k):\n    return 0.5 * (1 + np.tanh(0.5 * k * x))",
        """
def bump(x, left, right, height, steepness=1000.0):
    print(left, right)
    return height * (up(x - left, steepness) - up(x - right, steepness))
""",
    ],
    "a partial of sigmoids, a lambda": """
from functools import partial


def wall(k, x, at):
    return 1 / (1 + np.exp(-np.clip(k * (x - at), -90, 90)))


def bump(x, left, right, height, steepness=1000.0):
    side = partial(wall, steepness, x)
    return sum(sign * height * side(at) for sign, at in [(1, left), (-1, right)])
""",
    "one number at a time": """
import math


def bump(x, left, right, height, steepness=1000.0):
    def one(v):
        up, down = (math.tanh(steepness * (v - at) / 2) for at in (left, right))
        return height * (up - down) / 2

    values = [one(float(v)) for v in x.ravel()]
    return np.array(values, dtype=np.result_type(x.dtype, np.float32)).reshape(x.shape)
""",
}
