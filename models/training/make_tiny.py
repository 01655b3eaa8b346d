"""A tiny encoder with random weights, for tests of loading and running: python make_tiny.py --out ../../test/inference/tiny-encoder"""

import argparse
import json
from pathlib import Path

import torch
from data import save_tokenizer, tokenizer_of
from encoder import Encoder

WORDS = ["select relations 1 ; read rows 1e6 where equals column integer by-parameter few reads all plan seq-scan of-1e6 gives-1e1 limit sort moment"] * 3


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--out", required=True)
    out = Path(arguments.parse_args().out)
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(7)
    tokenizer = tokenizer_of(WORDS)
    model = Encoder(tokenizer.get_vocab_size(), width=16, layers=1, heads=2, longest=64)
    torch.save(model.state_dict(), out / "best.pt")
    save_tokenizer(tokenizer, out)
    (out / "shape.json").write_text(json.dumps({"vocabulary": tokenizer.get_vocab_size(), "width": 16, "layers": 1, "heads": 2, "longest": 64}) + "\n")


main()
