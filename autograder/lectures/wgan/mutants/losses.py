"""Wrong losses of the two players."""

from autograder.authoring.audit import edits, mutant

CRITIC = "wgan.critic_loss"
RIGHT = "f_fake.mean() - f_real.mean()"
edits(
    CRITIC,
    ("what is to be maximised", RIGHT, "f_real.mean() - f_fake.mean()", "the critic maximises"),
    ("sums", RIGHT, "f_fake.sum() - f_real.sum()", "sums instead"),
    ("both with a plus", RIGHT, "f_fake.mean() + f_real.mean()", "scores are added"),
    ("only fakes", RIGHT, "f_fake.mean()", "the data is missing"),
    ("only data", RIGHT, "-f_real.mean()", "generated examples are missing"),
    ("an absolute value", RIGHT, f"({RIGHT}).abs()", "absolute value"),
    ("half", RIGHT, f"0.5 * ({RIGHT})", "half of it"),
    ("a number without a graph", RIGHT, f"({RIGHT}).detach()", "result is cut off"),
    ("the data detached", RIGHT, "f_fake.mean() - f_real.detach().mean()", "`f_real` is cut off"),
    ("the fakes detached", RIGHT, "f_fake.detach().mean() - f_real.mean()", "`f_fake` is cut off"),
    ("medians", RIGHT, "f_fake.median() - f_real.median()", "7.6"),
    ("pairs", RIGHT, "(f_fake[: len(f_real)] - f_real[: len(f_fake)]).mean()", "7.6"),
)


@mutant(CRITIC, "the GAN's loss", expect="lecture 6")
def critic_loss_of_a_gan(f_real, f_fake):
    softplus = torch.nn.functional.softplus
    return softplus(f_fake).mean() + softplus(-f_real).mean()


edits(
    "wgan.generator_loss",
    "-f_fake.mean()",
    ("the sign", "f_fake.mean()", "the sign"),
    ("the sum", "-f_fake.sum()", "the sum instead"),
    ("a number without a graph", "-f_fake.mean().detach()", "result is cut off"),
    ("squared", "f_fake.square().mean()", "squared scores"),
    ("absolute", "f_fake.abs().mean()", "absolute scores"),
    ("the best one", "-f_fake.max()", "highest score"),
    ("a sigmoid", "-torch.sigmoid(f_fake).mean()", "7.7"),
    ("bounded", "-f_fake.clamp(-10, 10).mean()", "7.7a"),
    ("the non-saturating loss", "torch.nn.functional.softplus(-f_fake).mean()", "lecture 6"),
    ("the mean taken away", "-(f_fake - f_fake.mean()).mean()", "7.7"),
)
