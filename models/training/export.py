"""Writes a trained encoder in the layout that transformers.js loads, fp32 and int8, and checks both against PyTorch.

  python export.py --from ../../build/access-shape --out ../access-shape [--texts ../../build/texts.txt] [--shape-version 2]
  python export.py --from ../../build/access-shape --weights untrained.pt --out untrained

With --shape-version it also writes manifest.json beside the model: without its line there, a model is loaded but not checked.
"""

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from encoder import Encoder, pooled
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

# Most that a vector's number may differ between PyTorch and ONNX.
TOLERANCE = 1e-3

# Texts that parity is checked on; --texts names a file with others, one a line.
PROBES = [
    "select relations 1 ; read rows 1e6 width 128 keyed-integer where equals column integer by-parameter wide-8 few scattered even no-nulls reads all",
    "select relations 2 ; read rows 1e4 width 256 keyed-uuid where contains column jsonb by-constant wide-64 one order-unknown even nulls reads few ; plan limit gives-1e1",
]


def note_in_manifest(out: Path, dimensions: int, shape_version: int) -> None:
    """The model's entry in manifest.json of its parent: each file's SHA-256, and which version of the shape text it was trained on."""
    files = ["config.json", "tokenizer.json", "tokenizer_config.json", "onnx/model.onnx", "onnx/model_quantized.onnx"]
    digests = {file: hashlib.sha256((out / file).read_bytes()).hexdigest() for file in files}
    path = out.parent / "manifest.json"
    manifest = json.loads(path.read_text()) if path.exists() else {"models": {}}
    manifest["models"][out.name] = {
        "kind": "embedding",
        "revision": digests["onnx/model.onnx"][:12],
        "licence": "Apache-2.0",
        "shapeTextVersion": shape_version,
        "dimensions": dimensions,
        "files": digests,
    }
    path.write_text(json.dumps(manifest, indent=2) + "\n")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--from", dest="source", required=True)
    arguments.add_argument("--weights", default="best.pt")
    arguments.add_argument("--out", required=True)
    arguments.add_argument("--texts")
    arguments.add_argument("--shape-version", type=int)
    options = arguments.parse_args()
    source, out = Path(options.source), Path(options.out)
    (out / "onnx").mkdir(parents=True, exist_ok=True)
    shape = json.loads((source / "shape.json").read_text())
    model = Encoder(**shape)
    model.load_state_dict(torch.load(source / options.weights, weights_only=True))
    model.eval()

    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")
    probes = Path(options.texts).read_text().splitlines() if options.texts else PROBES
    encoded = tokenizer.encode_batch(probes)
    ids = torch.tensor([each.ids for each in encoded])
    mask = torch.tensor([each.attention_mask for each in encoded])
    inputs = (ids, mask, torch.zeros_like(ids))
    names = ["input_ids", "attention_mask", "token_type_ids"]
    full = out / "onnx" / "model.onnx"
    torch.onnx.export(
        model,
        inputs,
        str(full),
        input_names=names,
        output_names=["last_hidden_state"],
        dynamic_axes={name: {0: "batch", 1: "length"} for name in [*names, "last_hidden_state"]},
        opset_version=17,
        dynamo=False,
    )
    small = out / "onnx" / "model_quantized.onnx"
    quantize_dynamic(str(full), str(small), weight_type=QuantType.QInt8)
    with torch.no_grad():
        expected = pooled(model(*inputs), mask).numpy()
    for path, limit in ((full, TOLERANCE), (small, 0.1)):
        session = onnxruntime.InferenceSession(str(path))
        (hidden,) = session.run(None, {name: tensor.numpy() for name, tensor in zip(names, inputs)})
        found = pooled(torch.tensor(hidden), mask).numpy()
        worst = float(np.abs(found - expected).max())
        print(f"{path.name}: {path.stat().st_size} bytes, at most {worst:.2e} from PyTorch")
        assert worst <= limit, f"{path} differs from PyTorch by {worst}"

    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(source / file, out / file)
    config = {"model_type": "bert", "architectures": ["BertModel"], "hidden_size": shape["width"], "num_hidden_layers": shape["layers"], "vocab_size": shape["vocabulary"], "max_position_embeddings": shape["longest"]}
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (out / "parity.json").write_text(json.dumps({"texts": probes, "vectors": [[round(float(x), 6) for x in row] for row in expected]}) + "\n")
    if options.shape_version is not None:
        note_in_manifest(out, shape["width"], options.shape_version)


main()
