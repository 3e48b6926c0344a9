# The PyTorch peer of bench/step.mjs: the same network, mollifier layer and loss, its own Adam.
#   python3 bench/step.py problem.json THREADS STEPS
# Prints the median milliseconds of a step and the first and last loss as JSON.
import json
import resource
import statistics
import sys
import time

import torch

problem = json.load(open(sys.argv[1]))
torch.set_num_threads(int(sys.argv[2]))
steps = int(sys.argv[3])
side, taps = problem["side"], problem["taps"]


def tensor(values, *shape):
    return torch.tensor(values, dtype=torch.float32).view(*shape)


points = tensor(problem["points"], -1, 2)
kernels = tensor(problem["kernels"], -1, 1, taps, taps)
inner = side - taps + 1
target, source = tensor(problem["target"], inner, inner), tensor(problem["source"], inner, inner)
blocks = [tensor(block["values"], *block["shape"]).requires_grad_() for block in problem["blocks"]]
layers = list(zip(blocks[::2], blocks[1::2]))
optimizer = torch.optim.Adam(blocks, lr=1e-3)


def loss_now():
    values = points
    for k, (weights, bias) in enumerate(layers):
        values = torch.addmm(bias, values, weights)
        if k < len(layers) - 1:
            values = torch.tanh(values)
    field = values.view(1, 1, side, side)
    u, ux, uxx, uyy, bilaplacian = torch.nn.functional.conv2d(field, kernels)[0]
    residual = 0.02 * bilaplacian - 0.1 * (uxx + uyy) + 0.3 * ux + u - source
    return ((u - target) ** 2).mean() + (residual**2).mean()


times, losses = [], []
for step in range(steps + 3):
    start = time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    loss = loss_now()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    if step >= 3:
        times.append(1000 * (time.perf_counter() - start))
print(
    json.dumps(
        {
            "medianMs": statistics.median(times),
            "first": losses[0],
            "last": losses[-1],
            "peakMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
    )
)
