"""A real small language model behind an OpenAI-shaped endpoint.

    python model_server.py FOLDER GGUF_FILE

Prints its port. With `response_format` it decodes under a grammar: the reason is the model's own
text up to a quote, the score the likeliest of three; without, it writes what it likes.
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

torch.set_num_threads(1)
folder, file = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=file)
model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=file, dtype=torch.float32).eval()
lock = threading.Lock()
LIMIT = 24
SCORES = ["0.0", "0.5", "1.0"]


@torch.no_grad()
def write(prompt, limit):
    ids = tokenizer(prompt, return_tensors="pt").input_ids
    out = model.generate(ids, max_new_tokens=limit, do_sample=False)[0, ids.shape[1] :]
    ended = tokenizer.eos_token_id in out
    return tokenizer.decode(out, skip_special_tokens=True), ended, (ids.shape[1], len(out))


@torch.no_grad()
def likelihood(prompt, text):
    ids = tokenizer(prompt + text, return_tensors="pt").input_ids
    start = tokenizer(prompt, return_tensors="pt").input_ids.shape[1]
    scores = model(ids).logits[0, start - 1 : -1].log_softmax(-1)
    return scores.gather(1, ids[0, start:, None]).mean().item()


def answer(body):
    prompt = tokenizer.apply_chat_template(
        body["messages"], tokenize=False, add_generation_prompt=True
    )
    limit = min(body["max_tokens"], LIMIT)
    if "response_format" not in body:
        return write(prompt, limit)
    opening = prompt + '{"reason": "'
    reason, _, tokens = write(opening, limit // 2)
    reason = reason.split('"')[0].split("\n")[0].replace("\\", "")
    opening += f'{reason}", "score": '
    score = max(SCORES, key=lambda text: likelihood(opening, text))
    return f'{{"reason": "{reason}", "score": {score}}}', True, tokens


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.reply({"object": "list", "data": [{"id": "smollm2", "object": "model"}]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with lock:
            text, ended, (prompt, written) = answer(body)
        choice = {
            "index": 0,
            "finish_reason": "stop" if ended else "length",
            "message": {"role": "assistant", "content": text},
        }
        usage = {"prompt_tokens": prompt, "completion_tokens": written}
        print(json.dumps(text), flush=True)
        self.reply({"object": "chat.completion", "choices": [choice], "usage": usage})

    def reply(self, value):
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
