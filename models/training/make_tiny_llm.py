"""A tiny causal language model that proposes plain indexes: proof that loading, constrained decoding and rounds work, and no more.

  node make-agent-data.js agent.jsonl 9000 1
  python make_tiny_llm.py --data agent.jsonl --out ../../test/inference/tiny-llm --minutes 12

Trained from scratch on made-up statements (make-agent-data.ts). Exported in the layout that transformers.js generates text with: KV cache
as inputs and outputs, chat_template inside tokenizer_config.json (transformers.js reads it there). Its template leaves the system turn and all
but the statement out.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

SPECIAL = ["<pad>", "</s>", "<|user|>", "<|assistant|>"]
# The statement is the evidence's first field: so small a model reads no further.
TEMPLATE = (
    "{% for m in messages %}{% if m['role'] != 'system' %}<|{{ m['role'] }}|>{{ m['content'].split(',\"calls\"')[0] }}</s>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
LONGEST = 2048


def text_of(messages: list[dict[str, str]]) -> list[tuple[str, bool]]:
    """Parts of the text, and whether the model is to learn them."""
    parts: list[tuple[str, bool]] = []
    for message in messages:
        if message["role"] == "system":
            continue
        parts.append((f"<|{message['role']}|>", False))
        parts.append((message["content"].split(',"calls"')[0] + "</s>", message["role"] == "assistant"))
    return parts


def tokenizer_of(talks: list[list[dict[str, str]]], vocabulary: int) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    # Blanks and punctuation stand alone, so that a name is the same tokens wherever it stands: it has to be copied.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(r"[A-Za-z]+|\d|."), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(("".join(part for part, _ in text_of(talk)) for talk in talks[:2000]), trainer)
    return tokenizer


def encode(tokenizer: Tokenizer, talk: list[dict[str, str]]) -> tuple[list[int], list[int]]:
    ids: list[int] = []
    labels: list[int] = []
    for part, learned in text_of(talk):
        own = tokenizer.encode(part).ids
        ids += own
        labels += own if learned else [-100] * len(own)
    return ids, labels


def batches(examples: list[tuple[list[int], list[int]]], size: int, rng: np.random.Generator):
    while True:
        chosen = rng.choice(len(examples), size * 8, replace=False)
        ordered = sorted(chosen, key=lambda at: len(examples[at][0]))
        for start in rng.permutation(8):
            group = [examples[at] for at in ordered[start * size : (start + 1) * size]]
            longest = max(len(ids) for ids, _ in group)
            yield (
                torch.tensor([ids + [0] * (longest - len(ids)) for ids, _ in group]),
                torch.tensor([labels + [-100] * (longest - len(labels)) for _, labels in group]),
            )


class RmsNorm(torch.nn.Module):
    """Written out: opset 17 has no such operator."""

    def __init__(self, width: int):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.weight * x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6)


class Llama(torch.nn.Module):
    """Llama's decoder (https://arxiv.org/abs/2302.13971): RMSNorm, rotary positions, SwiGLU, tied embeddings; the cache is plain tensors."""

    def __init__(self, vocabulary: int, width: int, layers: int, heads: int):
        super().__init__()
        self.heads, self.layers, self.head_width = heads, layers, width // heads
        self.embedding = torch.nn.Embedding(vocabulary, width)
        torch.nn.init.normal_(self.embedding.weight, std=0.02)
        linear = lambda into, out: torch.nn.Linear(into, out, bias=False)
        self.blocks = torch.nn.ModuleList(
            torch.nn.ModuleDict(
                {
                    "before": RmsNorm(width), "q": linear(width, width), "k": linear(width, width), "v": linear(width, width), "o": linear(width, width),
                    "between": RmsNorm(width), "gate": linear(width, 2 * width), "up": linear(width, 2 * width), "down": linear(2 * width, width),
                }
            )
            for _ in range(layers)
        )
        self.last = RmsNorm(width)
        self.register_buffer("speeds", 10_000.0 ** (-torch.arange(0, self.head_width, 2).float() / self.head_width), persistent=False)

    def turned(self, x: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        angles = (positions[:, None, :, None].float() * self.speeds).repeat(1, 1, 1, 2)
        half = self.head_width // 2
        return x * angles.cos() + torch.cat((-x[..., half:], x[..., :half]), -1) * angles.sin()

    def forward(self, input_ids, attention_mask, position_ids, *past):
        """Logits, then keys and values of every layer, those of `past` before the new ones."""
        x = self.embedding(input_ids)
        before, own = (past[0].shape[2] if past else 0), input_ids.shape[1]
        rows, columns = torch.arange(own) + before, torch.arange(before + own)
        seen = (columns[None, :] <= rows[:, None])[None, None] & (attention_mask[:, None, None, :] > 0)
        mask = torch.where(seen, 0.0, -1e9)
        cache = []
        for at, block in enumerate(self.blocks):
            y = block["before"](x)
            q, k, v = (block[name](y).unflatten(2, (self.heads, self.head_width)).transpose(1, 2) for name in "qkv")
            q, k = self.turned(q, position_ids), self.turned(k, position_ids)
            if past:
                k, v = torch.cat((past[2 * at], k), 2), torch.cat((past[2 * at + 1], v), 2)
            cache += [k, v]
            weights = torch.softmax(q @ k.transpose(2, 3) / self.head_width**0.5 + mask, -1)
            x = x + block["o"]((weights @ v).transpose(1, 2).flatten(2))
            y = block["between"](x)
            x = x + block["down"](torch.nn.functional.silu(block["gate"](y)) * block["up"](y))
        return (self.last(x) @ self.embedding.weight.T, *cache)


def export(model: Llama, vocabulary: int, out: Path) -> None:
    names = [f"{layer}.{kind}" for layer in range(model.layers) for kind in ("key", "value")]
    inputs = ["input_ids", "attention_mask", "position_ids"] + [f"past_key_values.{name}" for name in names]
    outputs = ["logits"] + [f"present.{name}" for name in names]

    def step(batch: int, before: int, own: int):
        past = tuple(torch.randn(batch, model.heads, before, model.head_width) for _ in names)
        positions = torch.arange(before, before + own)[None].repeat(batch, 1)
        return (torch.randint(4, vocabulary, (batch, own)), torch.ones(batch, before + own, dtype=torch.int64), positions, *past)

    axes = {"input_ids": {0: "b", 1: "s"}, "attention_mask": {0: "b", 1: "t"}, "position_ids": {0: "b", 1: "s"}, "logits": {0: "b", 1: "s"}}
    axes |= {name: {0: "b", 2: "p"} for name in inputs[3:]} | {name: {0: "b", 2: "t"} for name in outputs[1:]}
    full = out / "onnx" / "model.onnx"
    torch.onnx.export(model, step(2, 5, 3), str(full), input_names=inputs, output_names=outputs, dynamic_axes=axes, opset_version=17, dynamo=False)
    session = onnxruntime.InferenceSession(str(full))
    for before in (0, 5, 9):
        values = step(1, before, 4)
        with torch.no_grad():
            expected = model(*values)
        found = session.run(None, {name: value.numpy() for name, value in zip(inputs, values)})
        worst = max(float(np.abs(one - other.numpy()).max()) for one, other in zip(found, expected))
        print(f"cache of {before}: at most {worst:.2e} from PyTorch")
        assert worst < 1e-3
    quantize_dynamic(str(full), str(out / "onnx" / "model_quantized.onnx"), weight_type=QuantType.QInt8)
    for path in sorted((out / "onnx").iterdir()):
        print(f"{path.name}: {path.stat().st_size} bytes")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--out", required=True)
    arguments.add_argument("--minutes", type=float, default=12)
    arguments.add_argument("--vocabulary", type=int, default=640)
    arguments.add_argument("--width", type=int, default=96)
    arguments.add_argument("--layers", type=int, default=3)
    arguments.add_argument("--batch", type=int, default=24)
    arguments.add_argument("--threads", type=int, default=2)
    options = arguments.parse_args()
    out = Path(options.out)
    (out / "onnx").mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    torch.manual_seed(7)
    rng = np.random.default_rng(7)

    talks = [json.loads(line)["messages"] for line in Path(options.data).read_text().splitlines()]
    tokenizer = tokenizer_of(talks, options.vocabulary)
    examples = [encode(tokenizer, talk) for talk in talks]
    held, examples = examples[:64], examples[64:]
    print(f"{len(examples)} talks, {np.mean([len(ids) for ids, _ in examples]):.0f} tokens each, vocabulary {tokenizer.get_vocab_size()}", flush=True)

    vocabulary = tokenizer.get_vocab_size()
    model = Llama(vocabulary, options.width, options.layers, heads=4)
    print(f"{sum(each.numel() for each in model.parameters())} weights", flush=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.01, betas=(0.9, 0.98))
    started, step = time.time(), 0
    for ids, labels in batches(examples, options.batch, rng):
        spent = (time.time() - started) / 60 / options.minutes
        if spent >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min(1, (step + 1) / 100) * (0.05 + 0.95 * 0.5 * (1 + np.cos(np.pi * spent)))
        positions = torch.arange(ids.shape[1])[None].expand_as(ids)
        logits = model(ids, (ids != 0).long(), positions)[0]
        loss = torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 50 == 0:
            print(f"step {step}: loss {loss.item():.4f}, {time.time() - started:.0f} s", flush=True)
        step += 1

    model.eval()
    right = 0
    with torch.no_grad():
        for ids, labels in held:
            start = next(at for at, label in enumerate(labels) if label != -100)
            end = labels.index(1, start) + 1
            asked = torch.tensor([ids[:end]])
            logits = model(asked, torch.ones_like(asked), torch.arange(end)[None])[0][0]
            right += int((logits[start - 1 : end - 1].argmax(-1).numpy() == np.array(ids[start:end])).all())
    print(f"{right} of {len(held)} held-out talks answered as labelled, token by token (teacher forced)")

    tokenizer.save(str(out / "tokenizer.json"))
    about = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "<pad>", "eos_token": "</s>", "model_max_length": LONGEST, "chat_template": TEMPLATE}
    (out / "tokenizer_config.json").write_text(json.dumps(about, indent=2) + "\n")
    shape = {
        "architectures": ["LlamaForCausalLM"], "eos_token_id": 1, "head_dim": model.head_width, "hidden_size": options.width,
        "max_position_embeddings": LONGEST, "model_type": "llama", "num_attention_heads": model.heads, "num_hidden_layers": model.layers,
        "num_key_value_heads": model.heads, "pad_token_id": 0, "vocab_size": vocabulary,
    }
    (out / "config.json").write_text(json.dumps(shape, indent=2) + "\n")
    (out / "generation_config.json").write_text(json.dumps({"eos_token_id": 1, "pad_token_id": 0}, indent=2) + "\n")
    export(model, vocabulary, out)


main()
