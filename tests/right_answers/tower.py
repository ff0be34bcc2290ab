ANSWERS = {
    "four steps and a threshold": """
def tower(x, y, x_range, y_range, height, steepness=1000.0):
    def s(z):
        return 1 / (1 + np.exp(-np.clip(z, -60, 60)))

    total = s(steepness * (x - x_range[0])) + s(steepness * (x_range[1] - x))
    total = total + s(steepness * (y - y_range[0])) + s(steepness * (y_range[1] - y))
    return height * s(steepness * (total - 3.5))
""",
    "exact steps": """
def tower(x, y, x_range, y_range, height, steepness=1000.0):
    inside = (x >= x_range[0]) & (x < x_range[1]) & (y >= y_range[0]) & (y < y_range[1])
    return np.where(inside, height, 0.0)
""",
    "a bump in another cell": [
        """
def bump(z, low, high, k):
    return 0.5 * (np.tanh(k * (z - low)) - np.tanh(k * (z - high)))
""",
        """
def tower(x, y, x_range, y_range, height, steepness=1000.0):
    both = bump(x, *x_range, steepness) + bump(y, *y_range, steepness)
    print(both.max())
    return height * (1 + np.tanh(steepness * (both - 1.5))) / 2
""",
    ],
    "a product of indicators, as a float": """
def tower(x, y, x_range, y_range, height, steepness=1000.0):
    inside = 1.0
    for z, (low, high) in ((x, x_range), (y, y_range)):
        inside = inside * (low <= z) * (z <= high)
    return height * inside
""",
    "the smaller of two bumps, cut by a steep unit": """
def tower(x, y, x_range, y_range, height, steepness=1000.0):
    def bump(z, r):
        s = [0.5 + 0.5 * np.tanh(steepness / 2 * (z - edge)) for edge in r]
        return s[0] - s[1]

    cut = np.minimum(bump(x, x_range), bump(y, y_range)) - 0.5
    return height / (1 + np.exp(-steepness * cut))
""",
    "a product of two bumps, which no sum of units computes but which has the same values": """
def tower(x, y, x_range, y_range, height, steepness=1000.0):
    def bump(z, r):
        s = [0.5 + 0.5 * np.tanh(steepness / 2 * (z - edge)) for edge in r]
        return s[0] - s[1]

    return height * bump(x, x_range) * bump(y, y_range)
""",
}
