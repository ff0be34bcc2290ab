"""Convolution and pooling of sequences with channels, (N, C, L), forward and backward (Lecture 12).

A sequence is an image one pixel high: every function here calls the one for images, whose errors
quote it as (N, C, 1, L). The filter along a single signal is `dlcourse.reference.conv1d.conv1d`;
PyTorch calls both conv1d. Along the one axis a padding is a number for both sides, a mode of
`dlcourse.reference.conv_shapes.padding_amounts`, or a pair (start, end).
"""

from dlcourse.reference.arguments import numbers
from dlcourse.reference.average_pooling import avg_pool2d, avg_pool2d_backward
from dlcourse.reference.conv import conv2d, conv2d_backward
from dlcourse.reference.pooling import max_pool2d, max_pool2d_backward


def sequence_conv(x, w, b, stride=1, padding=0, dilation=1, groups=1):
    """Slide K filters along a batch of sequences.

    Parameters
    ----------
    x : ndarray, shape (N, C, L)
    w : ndarray, shape (K, C / groups, F)
    b : ndarray, shape (K,), or None
    stride, dilation : int
        Samples from one position to the next, and from one filter tap to the next.
    padding : int, "valid", "same", "same_lower" or "full", or a pair of int
        Zeros on either side, or a mode, or (start, end).
    groups : int
        Channels and filters are cut into that many parts that do not see each other.

    Returns
    -------
    ndarray, shape (N, K, L')
        L' by `dlcourse.reference.conv_shapes.conv_output_size`.

    Raises
    ------
    ValueError
        If the shapes do not belong together or the filter does not fit.

    Notes
    -----
    The filter is not flipped, as in `dlcourse.reference.conv.conv2d`. With
    ``padding=(dilation * (F - 1), 0)`` no output sees a later sample: a causal convolution.
    PyTorch has channels before time, too; its recurrent layers have time first.

    References
    ----------
    Lecture 12. Twin: `dlcourse.twins.sequence_conv.sequence_conv`.

    Examples
    --------
    >>> x = [[[1.0, 2.0, 4.0]]]
    >>> sequence_conv(x, [[[1.0, -1.0]]], [0.0])
    array([[[-1., -2.]]])
    >>> sequence_conv(x, [[[1.0, -1.0]]], [0.0], padding=(1, 0))
    array([[[-1., -1., -2.]]])
    """
    steps = _flat(stride, padding, dilation)
    return conv2d(_tall(x), _tall(w, "a filter"), b, *steps, groups)[:, :, 0]  # (N, K, L')


def sequence_conv_backward(dout, x, w, stride=1, padding=0, dilation=1, groups=1):
    """Carry the gradient `dout`, shape (N, K, L'), through `sequence_conv`; return (dx, dw, db).

    Raises
    ------
    ValueError
        If dout has not the shape of the output, if x (N, C, L) and w (K, C / groups, F) do not fit,
        if groups does not divide K, or if the filter does not fit into the padded sequence.

    Examples
    --------
    >>> x, w = [[[1.0, 2.0, 4.0]]], [[[1.0, -1.0]]]
    >>> dx, dw, db = sequence_conv_backward([[[1.0, 1.0]]], x, w)
    >>> dx, dw, db
    (array([[[ 1.,  0., -1.]]]), array([[[3., 6.]]]), array([2.]))
    """
    tall = _tall(dout, "dout"), _tall(x), _tall(w, "a filter")
    dx, dw, db = conv2d_backward(*tall, *_flat(stride, padding, dilation), groups)
    return dx[:, :, 0], dw[:, :, 0], db  # (N, C, L), (K, C / groups, F), (K,)


def max_pool1d(
    x, kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False, return_indices=False
):
    """Keep the largest number under each window of a sequence.

    Parameters
    ----------
    x : ndarray, shape (N, C, L)
    kernel_size, stride, dilation : int
    padding : int, mode, or a pair of int
    ceil_mode, return_indices : bool
        As in `dlcourse.reference.pooling.max_pool2d`; an index is a position of the sequence.

    Returns
    -------
    ndarray, shape (N, C, L')
    indices : ndarray of int, shape (N, C, L'), if return_indices

    Raises
    ------
    ValueError
        If x is not (N, C, L), or if a window would see no sample or fits nowhere.

    References
    ----------
    Lecture 12. Twin: `dlcourse.twins.sequence_conv.max_pool1d`.

    Examples
    --------
    >>> max_pool1d([[[1.0, 5.0, 3.0, 4.0]]])
    array([[[5., 4.]]])
    """
    window = (1, kernel_size), *_flat(stride, padding, dilation), ceil_mode
    pooled = max_pool2d(_tall(x), *window, return_indices)
    return (pooled[0][:, :, 0], pooled[1][:, :, 0]) if return_indices else pooled[:, :, 0]


def max_pool1d_backward(
    dout, x, kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False, indices=None
):
    """Carry the gradient `dout`, shape (N, C, L'), to the sample that won each window; shape of x.

    With the indices that `max_pool1d` gave, nothing is looked for again.

    Raises
    ------
    ValueError
        If dout or indices have not the shape of the output.

    Examples
    --------
    >>> max_pool1d_backward([[[10.0, 20.0]]], [[[1.0, 5.0, 3.0, 4.0]]])
    array([[[ 0., 10.,  0., 20.]]])
    """
    window = (1, kernel_size), *_flat(stride, padding, dilation), ceil_mode
    indices = None if indices is None else _tall(indices, "indices")
    return max_pool2d_backward(_tall(dout, "dout"), _tall(x), *window, indices)[:, :, 0]


def avg_pool1d(
    x, kernel_size=2, stride=2, padding=0, ceil_mode=False, count_include_pad=True, dilation=1
):
    """Average the numbers under each window of a sequence.

    Parameters
    ----------
    x : ndarray, shape (N, C, L)
    kernel_size, stride, dilation : int
    padding : int, mode, or a pair of int
    ceil_mode, count_include_pad : bool
        As in `dlcourse.reference.average_pooling.avg_pool2d`.

    Returns
    -------
    ndarray, shape (N, C, L')

    Raises
    ------
    ValueError
        If x is not (N, C, L), or if a window would see no sample or fits nowhere.

    References
    ----------
    Lecture 12. Twin: `dlcourse.twins.sequence_conv.avg_pool1d`.

    Examples
    --------
    >>> avg_pool1d([[[1.0, 5.0, 3.0, 4.0]]])
    array([[[3. , 3.5]]])
    """
    window = _averaged(kernel_size, stride, padding, ceil_mode, count_include_pad, dilation)
    return avg_pool2d(_tall(x), *window)[:, :, 0]


def avg_pool1d_backward(
    dout, x, kernel_size=2, stride=2, padding=0, ceil_mode=False, count_include_pad=True, dilation=1
):
    """Share each gradient in `dout` equally among what `avg_pool1d` counted; shape of x.

    Raises
    ------
    ValueError
        If dout has not the shape of the output, if x is not (N, C, L), or if a window would see no
        sample or fits nowhere.

    Examples
    --------
    >>> avg_pool1d_backward([[[4.0]]], [[[1.0, 2.0]]])
    array([[[2., 2.]]])
    """
    window = _averaged(kernel_size, stride, padding, ceil_mode, count_include_pad, dilation)
    return avg_pool2d_backward(_tall(dout, "dout"), _tall(x), *window)[:, :, 0]


def _tall(a, name="a sequence"):
    """Read an array of three axes as images or filters one pixel high."""
    a = numbers(a, name)
    if a.ndim != 3:
        raise ValueError(f"{name} has three axes here, as in (N, C, L); got shape {a.shape}")
    return a[:, :, None]


def _flat(stride, padding, dilation):
    """Return the steps, pads and dilations of both axes: along the height nothing happens."""
    return (1, stride), (0, padding), (1, dilation)


def _averaged(kernel_size, stride, padding, ceil_mode, count_include_pad, dilation):
    """Return what `avg_pool2d` takes after x, in its order."""
    steps, pads, taps = _flat(stride, padding, dilation)
    return (1, kernel_size), steps, pads, ceil_mode, count_include_pad, taps
