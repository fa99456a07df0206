"""Wrong steps and wrong dynamics."""

from autograder.authoring.audit import edits, mutant

STEP = "gan.train_step"
edits(
    STEP,
    (
        "D's loss leaves a gradient in G that is not cleared",
        """d_loss = d_criterion(discriminator(real), discriminator(fake.detach()))
    d_opt.zero_grad()
    d_loss.backward()
    d_opt.step()
    g_loss = generator_loss(discriminator(fake), kind)
    g_opt.zero_grad()""",
        """d_loss = d_criterion(discriminator(real), discriminator(fake))
    d_opt.zero_grad()
    d_loss.backward()
    d_opt.step()
    g_loss = generator_loss(discriminator(generator(z)), kind)""",
        "also moved the generator",
    ),
    (
        "a graph that is used twice",
        "discriminator(fake.detach())",
        "discriminator(fake)",
        "raised RuntimeError",
    ),
    ("real is used for the fake", "discriminator(fake.detach())", "discriminator(real)", "6.7"),
    ("G's loss is cut off", "(fake), kind", "(fake.detach()), kind", "the generator has not moved"),
    ("always the non-saturating loss", "(fake), kind", "(fake), 'non_saturating'", "6.7e"),
    (
        "D's old gradients are counted",
        "    d_opt.zero_grad()\n    d_loss",
        "    d_loss",
        "a gradient that was there before",
    ),
    (
        "G's old gradients are counted",
        "    g_opt.zero_grad()\n    g_loss",
        "    g_loss",
        "a gradient that was there before",
    ),
    ("the losses keep their graph", "d_loss.detach(), g_loss.detach()", "d_loss, g_loss", "graph"),
    ("D never moves", "    d_opt.step()\n", "", "the discriminator has not"),
    ("G never moves", "    g_opt.step()\n", "", "the generator has not moved"),
    ("the wrong optimiser moves", "()\n    d_opt.step()", "()\n    g_opt.step()", "6.7"),
    (
        "both optimisers after the generator's loss",
        "g_loss.backward()\n    g_opt.step()",
        "g_loss.backward()\n    g_opt.step()\n    d_opt.step()",
        "6.7",
    ),
    (
        "least squares for the generator only",
        "if least_squares else discriminator_loss",
        "if False else discriminator_loss",
        "still minimises the cross-entropy",
    ),
    (
        "the losses are exchanged",
        "return d_loss.detach(), g_loss.detach()",
        "return g_loss.detach(), d_loss.detach()",
        "the two losses are exchanged",
    ),
    ("other noise for the generator", "(fake), kind", "(generator(z.flip(1))), kind", "6.7"),
    """d_opt.zero_grad()
    g_opt.zero_grad()
    return""",
    ("gradients are left over at the end", "return", "a gradient is left in the"),
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
edits(
    GAME,
    ("θ goes up", "theta - lr *", "theta + lr *", "6.8"),
    ("φ goes down", "phi + lr *", "phi - lr *", "6.8"),
    ("alternation inverted", "if alternating", "if not alternating", "are exchanged"),
    ("always together", "(new_phi if alternating else phi)", "phi", "6.8"),
    ("always in turn", "(new_phi if alternating else phi)", "new_phi", "6.8"),
    ("the start is left out", "points = [(theta, phi)]", "points = []", "has shape"),
    ("φ stands first", "append((theta, phi))", "append((phi, theta))", "6.8"),
    ("the step is not scaled", "new_phi = phi + lr * theta", "new_phi = phi + theta", "6.8"),
    ("dtype is ignored", "dtype or torch.get_default_dtype()", "torch.get_default_dtype()", "6.8"),
    ("the start is always (1, 0)", "theta, phi = start", "theta, phi = 1.0, 0.0", "6.8"),
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
