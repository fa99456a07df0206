"""Wrong steps and wrong dynamics."""

import torch

from autograder.authoring.audit import edit, mutant

STEP = "gan.train_step"
edit(
    STEP,
    "D's loss leaves a gradient in G that is not cleared",
    old="""d_loss = d_criterion(discriminator(real), discriminator(fake.detach()))
    d_opt.zero_grad()
    d_loss.backward()
    d_opt.step()
    g_loss = generator_loss(discriminator(fake), kind)
    g_opt.zero_grad()""",
    new="""d_loss = d_criterion(discriminator(real), discriminator(fake))
    d_opt.zero_grad()
    d_loss.backward()
    d_opt.step()
    g_loss = generator_loss(discriminator(generator(z)), kind)""",
    expect="also moved the generator",
)
edit(
    STEP,
    "a graph that is used twice",
    old="discriminator(fake.detach())",
    new="discriminator(fake)",
    expect="6.7",
)
edit(
    STEP,
    "G's loss is cut off",
    old="generator_loss(discriminator(fake), kind)",
    new="generator_loss(discriminator(fake.detach()), kind)",
    expect="the generator has not moved",
)
edit(STEP, "D never moves", old="    d_opt.step()\n", new="", expect="the discriminator has not")
edit(STEP, "G never moves", old="    g_opt.step()\n", new="", expect="the generator has not moved")
edit(
    STEP,
    "the wrong optimiser moves",
    old="d_loss.backward()\n    d_opt.step()",
    new="d_loss.backward()\n    g_opt.step()",
    expect="6.7",
)
edit(
    STEP,
    "both optimisers after the generator's loss",
    old="g_loss.backward()\n    g_opt.step()",
    new="g_loss.backward()\n    g_opt.step()\n    d_opt.step()",
    expect="6.7",
)
edit(
    STEP,
    "always the non-saturating loss",
    old="generator_loss(discriminator(fake), kind)",
    new="generator_loss(discriminator(fake), 'non_saturating')",
    expect="6.7e",
)
edit(
    STEP,
    "least squares for the generator only",
    old="if least_squares else discriminator_loss",
    new="if False else discriminator_loss",
    expect="still minimises the cross-entropy",
)
edit(
    STEP,
    "the losses are exchanged",
    old="return d_loss.detach(), g_loss.detach()",
    new="return g_loss.detach(), d_loss.detach()",
    expect="the two losses are exchanged",
)
edit(
    STEP,
    "gradients are left over at the end",
    old="""d_opt.zero_grad()
    g_opt.zero_grad()
    return""",
    new="return",
    expect="a gradient is left in the",
)
edit(
    STEP,
    "real is used for the fake",
    old="discriminator(fake.detach())",
    new="discriminator(real)",
    expect="6.7",
)
edit(
    STEP,
    "other noise for the generator",
    old="g_loss = generator_loss(discriminator(fake), kind)",
    new="g_loss = generator_loss(discriminator(generator(z.flip(1))), kind)",
    expect="6.7",
)


@mutant(STEP, "no gradient is ever cleared", expect="no gradient is ever cleared")
def step_never_cleared(generator, discriminator, g_opt, d_opt, real, z, kind="non_saturating"):
    squares = kind == "least_squares"
    criterion = least_squares_discriminator_loss if squares else discriminator_loss
    d_loss = criterion(discriminator(real), discriminator(generator(z).detach()))
    d_loss.backward()
    d_opt.step()
    g_loss = generator_loss(discriminator(generator(z)), kind)
    g_loss.backward()
    g_opt.step()
    return d_loss.detach(), g_loss.detach()


@mutant(STEP, "the generator's gradient stays in D", expect="left a gradient in the discriminator")
def step_left_in_d(generator, discriminator, g_opt, d_opt, real, z, kind="non_saturating"):
    squares = kind == "least_squares"
    criterion = least_squares_discriminator_loss if squares else discriminator_loss
    d_loss = criterion(discriminator(real), discriminator(generator(z).detach()))
    d_loss.backward()
    d_opt.step()
    d_opt.zero_grad()
    g_loss = generator_loss(discriminator(generator(z)), kind)
    g_loss.backward()
    g_opt.step()
    g_opt.zero_grad()
    return d_loss.detach(), g_loss.detach()


@mutant(STEP, "both losses before either move", expect="against the discriminator before its move")
def step_together(generator, discriminator, g_opt, d_opt, real, z, kind="non_saturating"):
    squares = kind == "least_squares"
    criterion = least_squares_discriminator_loss if squares else discriminator_loss
    d_parameters, g_parameters = list(discriminator.parameters()), list(generator.parameters())
    d_loss = criterion(discriminator(real), discriminator(generator(z).detach()))
    g_loss = generator_loss(discriminator(generator(z)), kind)
    d_grads = torch.autograd.grad(d_loss, d_parameters)
    g_grads = torch.autograd.grad(g_loss, g_parameters)
    for p, g in zip(d_parameters + g_parameters, d_grads + g_grads, strict=True):
        p.grad = g
    d_opt.step()
    g_opt.step()
    d_opt.zero_grad()
    g_opt.zero_grad()
    return d_loss.detach(), g_loss.detach()


@mutant(STEP, "the generator moves first", expect="the generator moved first")
def step_g_first(generator, discriminator, g_opt, d_opt, real, z, kind="non_saturating"):
    squares = kind == "least_squares"
    criterion = least_squares_discriminator_loss if squares else discriminator_loss
    g_loss = generator_loss(discriminator(generator(z)), kind)
    g_opt.zero_grad()
    g_loss.backward()
    g_opt.step()
    d_loss = criterion(discriminator(real), discriminator(generator(z).detach()))
    d_opt.zero_grad()
    d_loss.backward()
    d_opt.step()
    d_opt.zero_grad()
    g_opt.zero_grad()
    return d_loss.detach(), g_loss.detach()


GAME = "gan.bilinear_dynamics"
edit(GAME, "θ goes up", old="theta - lr *", new="theta + lr *", expect="6.8")
edit(GAME, "φ goes down", old="phi + lr *", new="phi - lr *", expect="6.8")
edit(
    GAME,
    "alternation inverted",
    old="if alternating",
    new="if not alternating",
    expect="are exchanged",
)
edit(GAME, "always together", old="(new_phi if alternating else phi)", new="phi", expect="6.8")
edit(GAME, "always in turn", old="(new_phi if alternating else phi)", new="new_phi", expect="6.8")
edit(GAME, "the start is left out", old="points = [(theta, phi)]", new="points = []", expect="6.8")
edit(GAME, "φ stands first", old="append((theta, phi))", new="append((phi, theta))", expect="6.8")
edit(
    GAME,
    "the step is not scaled",
    old="new_phi = phi + lr * theta",
    new="new_phi = phi + theta",
    expect="6.8",
)
edit(
    GAME,
    "dtype is ignored",
    old="dtype=dtype or torch.get_default_dtype()",
    new="dtype=torch.get_default_dtype()",
    expect="6.8",
)
edit(
    GAME,
    "the start is always (1, 0)",
    old="theta, phi = start",
    new="theta, phi = 1.0, 0.0",
    expect="6.8",
)


@mutant(GAME, "θ before φ", expect="θ moves before φ")
def game_theta_first(steps, lr, alternating, start=(1.0, 0.0), dtype=None):
    theta, phi = start
    points = [(theta, phi)]
    for _ in range(steps):
        new_theta = theta - lr * phi
        phi = phi + lr * (new_theta if alternating else theta)
        theta = new_theta
        points.append((theta, phi))
    return torch.tensor(points, dtype=dtype or torch.get_default_dtype())


@mutant(GAME, "the exact rotation", expect="6.8")
def game_rotation(steps, lr, alternating, start=(1.0, 0.0), dtype=None):
    angle = lr * torch.arange(steps + 1, dtype=torch.float64)
    theta = start[0] * angle.cos() - start[1] * angle.sin()
    phi = start[0] * angle.sin() + start[1] * angle.cos()
    return torch.stack([theta, phi], 1).to(dtype or torch.get_default_dtype())
