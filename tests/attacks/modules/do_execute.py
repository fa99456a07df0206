"""Tries to replace the kernel's `do_execute`, so that each graded cell gives full marks.

Stopped by: no kernel runs: the engine writes each graded cell's result.
"""

try:
    from ipykernel.ipkernel import IPythonKernel

    async def do_execute(self, code, silent, *args, **kwargs):
        content = {"data": {"text/plain": "1000.0"}, "metadata": {}, "execution_count": 1}
        self.send_response(self.iopub_socket, "execute_result", content)
        return {"status": "ok", "execution_count": 1}

    IPythonKernel.do_execute = do_execute
except Exception:
    pass
