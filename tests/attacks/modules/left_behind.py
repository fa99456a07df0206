"""Tries to change everything that the next submission could see: files, modules, builtins, torch.

Stopped by: every submission starts from the zygote, which runs no student's code.
"""

builtins.left_behind = True
builtins.sum = lambda *args: 0
os.environ["LEFT"] = "behind"
torch.set_default_dtype(torch.float64)
torch.logsumexp = torch.Tensor.logsumexp = lambda *args, **kwargs: torch.zeros(1)
torch.manual_seed = lambda *args: None
torch.use_deterministic_algorithms(True)
torch.set_num_threads(7)
with open("/tmp/left", "w") as file:
    file.write("answers")
threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
