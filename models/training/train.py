"""Trains the access-shape encoder: statements that the same class of change helped come near, others go apart.

  python train.py --data data/statements.jsonl.gz --out ../../build/access-shape [--steps 3000] [--device cuda]

Two losses on one vector: supervised contrastive over the batch (Khosla et al. 2020, arXiv:2004.11362), and the cross entropy of its cosine
to one learned direction per class (Wang et al. 2017, NormFace, arXiv:1704.06369), which is thrown away afterwards; a tenth of the target is
spread over the classes that begin alike. Words are dropped at random, so that no single one decides, and conditions change places. The best step on the
validation applications is kept; the test applications are only read by the evaluation (npm run bench:models).
"""

import argparse
import json
import math
import random
import time
from collections import defaultdict
from pathlib import Path

import torch
from data import Statement, read, save_tokenizer, tokenizer_of
from encoder import Encoder, pooled
from evaluate import recall, tensors
from torch.nn.functional import log_softmax, normalize

# Part of the target that goes to classes that begin like the statement's own.
KIN = 0.1


def kinship(labels: list[str]) -> torch.Tensor:
    """Row per class: the target over all classes. Kin share the access method and the more the more words follow alike."""
    words = [label.split() for label in labels]
    rows = torch.zeros(len(labels), len(labels))
    for i, own in enumerate(words):
        for j, other in enumerate(words):
            alike = next((at for at, (a, b) in enumerate(zip(own, other)) if a != b), min(len(own), len(other)))
            rows[i, j] = 0.0 if i == j or alike == 0 else 2.0**alike
        total = rows[i].sum()
        rows[i] = rows[i] / total * KIN if total > 0 else rows[i]
        rows[i, i] = 1.0 - rows[i].sum()
    return rows


def reordered(text: str) -> str:
    """The same text with each scan's conditions in another order: their order says nothing."""
    lines = text.split(" ; ")
    for at, line in enumerate(lines):
        head, *conditions = line.split(" where ")
        if len(conditions) < 2:
            continue
        # What follows the last condition belongs to the scan: sort, limit, group, reads.
        *rest, last = conditions
        cut = min((last.find(f" {word} ") for word in ("either", "sort", "limit", "group", "extremes", "reads") if f" {word} " in last), default=len(last))
        shuffled = [*rest, last[:cut]]
        random.shuffle(shuffled)
        lines[at] = " where ".join([head, *shuffled]) + last[cut:]
    return " ; ".join(lines)


def contrastive(z: torch.Tensor, y: torch.Tensor, temperature: float) -> torch.Tensor:
    itself = torch.eye(len(y), dtype=torch.bool, device=z.device)
    logits = (z @ z.T / temperature).masked_fill(itself, -1e9)
    same = (y[:, None] == y[None, :]) & ~itself
    log_probability = logits - logits.logsumexp(1, keepdim=True)
    paired = same.any(1)
    return -((log_probability * same).sum(1)[paired] / same.sum(1)[paired]).mean()


def batches(statements: list[Statement], by_label: dict[str, list[Statement]], size: int):
    """Without end: three quarters as the statements come, a quarter of them by class, so that rare classes meet their like."""
    labels = sorted(label for label, members in by_label.items() if len(members) >= 2)
    while True:
        order = random.sample(statements, len(statements))
        for at in range(0, len(order), size * 3 // 4):
            plain = order[at : at + size * 3 // 4]
            pairs = [each for label in random.choices(labels, k=size // 8) for each in random.sample(by_label[label], 2)]
            yield plain + pairs


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--out", required=True)
    arguments.add_argument("--steps", type=int, default=3000)
    arguments.add_argument("--width", type=int, default=128)
    arguments.add_argument("--layers", type=int, default=2)
    arguments.add_argument("--batch", type=int, default=64)
    arguments.add_argument("--temperature", type=float, default=0.08)
    arguments.add_argument("--rate", type=float, default=1.5e-3)
    arguments.add_argument("--word-dropout", type=float, default=0.05)
    arguments.add_argument("--seed", type=int, default=20261121)
    arguments.add_argument("--device", default="cpu")
    arguments.add_argument("--threads", type=int, default=0, help="0 = as many as torch sees fit")
    arguments.add_argument("--check-every", type=int, default=250)
    arguments.add_argument("--check-gallery", type=int, default=4000, help="statements of the gallery that a check looks at")
    options = arguments.parse_args()
    random.seed(options.seed)
    torch.manual_seed(options.seed)
    if options.threads > 0:
        torch.set_num_threads(options.threads)

    splits = read(options.data)
    train = splits["train"]
    tokenizer = tokenizer_of([each.text for each in train])
    by_label: dict[str, list[Statement]] = defaultdict(list)
    for statement in train:
        by_label[statement.label].append(statement)
    classes = sorted(by_label)
    number = {label: at for at, label in enumerate(classes)}
    targets = kinship(classes).to(options.device)
    model = Encoder(tokenizer.get_vocab_size(), width=options.width, layers=options.layers).to(options.device)
    directions = torch.nn.Parameter(torch.randn(len(classes), options.width, device=options.device))
    optimizer = torch.optim.AdamW([*model.parameters(), directions], lr=options.rate, weight_decay=0.05)
    warm = max(1, options.steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, 0.01 + 0.99 * (1 + math.cos(math.pi * min(1.0, step / options.steps))) / 2)
    )
    sizes = {name: len(statements) for name, statements in splits.items()}
    print(json.dumps({"statements": sizes, "labels": len(classes), "words": tokenizer.get_vocab_size(), "weights": sum(p.numel() for p in model.parameters())}), flush=True)

    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), out / "untrained.pt")
    save_tokenizer(tokenizer, out)
    shape = {"vocabulary": tokenizer.get_vocab_size(), "width": options.width, "layers": options.layers, "heads": 4, "longest": 512}
    (out / "shape.json").write_text(json.dumps(shape) + "\n")
    gallery = random.Random(1).sample(train, min(options.check_gallery, len(train)))
    unknown = tokenizer.token_to_id("[UNK]")
    best = -1.0
    losses: list[float] = []
    started = time.time()
    source = batches(train, by_label, options.batch)
    for step in range(1, options.steps + 1):
        batch = next(source)
        ids, mask = tensors(tokenizer, [reordered(each.text) for each in batch], options.device)
        dropped = (torch.rand(ids.shape, device=ids.device) < options.word_dropout) & (ids > 3)
        ids = ids.masked_fill(dropped, unknown)
        y = torch.tensor([number[each.label] for each in batch], device=options.device)
        z = pooled(model(ids, mask, torch.zeros_like(ids)), mask)
        by_class = -(targets[y] * log_softmax(z @ normalize(directions, dim=-1).T / options.temperature, dim=-1)).sum(1).mean()
        loss = by_class + 0.5 * contrastive(z, y, options.temperature)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if step % options.check_every == 0 or step == options.steps:
            scores = recall(model, tokenizer, gallery, splits["validation"], options.device)
            print(json.dumps({"step": step, "loss": round(sum(losses) / len(losses), 4), "seconds": round(time.time() - started), **scores}), flush=True)
            losses = []
            if scores["recall@1"] > best:
                best = scores["recall@1"]
                torch.save(model.state_dict(), out / "best.pt")
    model.load_state_dict(torch.load(out / "best.pt", weights_only=True))
    print(json.dumps({"best": recall(model, tokenizer, train, splits["validation"], options.device)}), flush=True)


main()
