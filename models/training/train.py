"""Trains the access-shape encoder: statements that the same class of change helped come near, others go apart.

  python train.py --data data/statements.jsonl.gz --out ../access-shape [--steps 1500] [--device cuda]

Supervised contrastive loss (Khosla et al. 2020, arXiv:2004.11362) over batches that hold several statements of each class, words
dropped at random so that no single one decides. The best step on the validation applications is kept; the test applications are only
read by the evaluation (npm run bench:models).
"""

import argparse
import json
import random
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from data import Statement, read, save_tokenizer, tokenizer_of
from encoder import Encoder, pooled
from tokenizers import Tokenizer


def tensors(tokenizer: Tokenizer, texts: list[str], device: str) -> tuple[torch.Tensor, torch.Tensor]:
    encoded = tokenizer.encode_batch(texts)
    ids = torch.tensor([each.ids for each in encoded], device=device)
    mask = torch.tensor([each.attention_mask for each in encoded], device=device)
    return ids, mask


def vectors(model: Encoder, tokenizer: Tokenizer, texts: list[str], device: str) -> torch.Tensor:
    model.eval()
    made = []
    with torch.no_grad():
        for at in range(0, len(texts), 128):
            ids, mask = tensors(tokenizer, texts[at : at + 128], device)
            made.append(pooled(model(ids, mask, torch.zeros_like(ids)), mask))
    model.train()
    return torch.cat(made)


def recall(model: Encoder, tokenizer: Tokenizer, gallery: list[Statement], queries: list[Statement], device: str) -> dict[str, float]:
    """Recall@1, recall@5 and MRR of the label among the gallery's nearest; queries whose label the gallery lacks are left out."""
    labels = np.array([each.label for each in gallery])
    known = [each for each in queries if each.label in set(labels)]
    near = vectors(model, tokenizer, [each.text for each in known], device) @ vectors(model, tokenizer, [each.text for each in gallery], device).T
    order = near.argsort(dim=1, descending=True).cpu().numpy()
    hits = labels[order] == np.array([each.label for each in known])[:, None]
    first = hits.argmax(1)
    return {"recall@1": float((first < 1).mean()), "recall@5": float((first < 5).mean()), "mrr": float((1 / (first + 1)).mean()), "queries": len(known)}


def batch_of(by_label: dict[str, list[Statement]], labels: list[str], weights: list[float], classes: int, each: int) -> list[Statement]:
    chosen: set[str] = set()
    while len(chosen) < min(classes, len(labels)):
        chosen.add(random.choices(labels, weights)[0])
    return [statement for label in sorted(chosen) for statement in random.choices(by_label[label], k=each)]


def contrastive(z: torch.Tensor, labels: list[str], temperature: float) -> torch.Tensor:
    numbers = {label: at for at, label in enumerate(dict.fromkeys(labels))}
    y = torch.tensor([numbers[label] for label in labels], device=z.device)
    itself = torch.eye(len(labels), dtype=torch.bool, device=z.device)
    logits = (z @ z.T / temperature).masked_fill(itself, -1e9)
    same = (y[:, None] == y[None, :]) & ~itself
    log_probability = logits - logits.logsumexp(1, keepdim=True)
    return -(log_probability * same).sum(1).div(same.sum(1).clamp(min=1)).mean()


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--out", required=True)
    arguments.add_argument("--steps", type=int, default=1500)
    arguments.add_argument("--width", type=int, default=128)
    arguments.add_argument("--layers", type=int, default=3)
    arguments.add_argument("--classes", type=int, default=16)
    arguments.add_argument("--each", type=int, default=4)
    arguments.add_argument("--temperature", type=float, default=0.08)
    arguments.add_argument("--rate", type=float, default=1e-3)
    arguments.add_argument("--word-dropout", type=float, default=0.08)
    arguments.add_argument("--seed", type=int, default=20261121)
    arguments.add_argument("--device", default="cpu")
    arguments.add_argument("--check-every", type=int, default=100)
    options = arguments.parse_args()
    random.seed(options.seed)
    torch.manual_seed(options.seed)

    splits = read(options.data)
    tokenizer = tokenizer_of([each.text for each in splits["train"]])
    by_label: dict[str, list[Statement]] = defaultdict(list)
    for statement in splits["train"]:
        by_label[statement.label].append(statement)
    labels = sorted(label for label, statements in by_label.items() if len(statements) >= 2)
    # The square root: common classes come up more often, rare ones often enough.
    weights = [len(by_label[label]) ** 0.5 for label in labels]
    model = Encoder(tokenizer.get_vocab_size(), width=options.width, layers=options.layers).to(options.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.05)
    warm = max(1, options.steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min((step + 1) / warm, max(0.02, 1 - step / options.steps)))
    sizes = {name: len(statements) for name, statements in splits.items()}
    print(json.dumps({"statements": sizes, "labels": len(labels), "words": tokenizer.get_vocab_size(), "weights": sum(p.numel() for p in model.parameters())}), flush=True)

    out = Path(options.out)
    (out / "onnx").mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), out / "untrained.pt")
    best = -1.0
    started = time.time()
    unknown = tokenizer.token_to_id("[UNK]")
    for step in range(1, options.steps + 1):
        batch = batch_of(by_label, labels, weights, options.classes, options.each)
        ids, mask = tensors(tokenizer, [each.text for each in batch], options.device)
        dropped = (torch.rand(ids.shape, device=ids.device) < options.word_dropout) & (ids > 3)
        ids = ids.masked_fill(dropped, unknown)
        loss = contrastive(pooled(model(ids, mask, torch.zeros_like(ids)), mask), [each.label for each in batch], options.temperature)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % options.check_every == 0 or step == options.steps:
            scores = recall(model, tokenizer, splits["train"], splits["validation"], options.device)
            print(json.dumps({"step": step, "loss": round(loss.item(), 4), "seconds": round(time.time() - started), **scores}), flush=True)
            if scores["recall@1"] > best:
                best = scores["recall@1"]
                torch.save(model.state_dict(), out / "best.pt")
    save_tokenizer(tokenizer, out)
    shape = {"vocabulary": tokenizer.get_vocab_size(), "width": options.width, "layers": options.layers, "heads": 4, "longest": 512}
    (out / "shape.json").write_text(json.dumps(shape) + "\n")


main()
