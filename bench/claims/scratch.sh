#!/usr/bin/env bash
# Does a pyramid beat a single level, and training at several sizes training at one, from scratch at 224 pixels? Four ways to
# train a narrow ZF-5, three seeds, for a machine with a GPU; needs the build (dist/), Node and bash alone.
#
#   bench/claims/scratch.sh DATA [OUT] [SECONDS]       DATA as for `sppgpu train`, with a test part; 480 seconds at most
#   EPOCHS=2 SEEDS=1 WIDTH=0.125 DEVICE=software bench/claims/scratch.sh DATA       a small try without one
#
# One JSON line per net and seed on stdout and in OUT/results.jsonl; what is there already is not trained again. No run is
# begun that would end after the time limit, as long as the longest so far.
set -euo pipefail
data=${1:?usage: bench/claims/scratch.sh DATA [OUT] [SECONDS]} out=${2:-scratch-claims} limit=${3:-480}
epochs=${EPOCHS:-60} seeds=${SEEDS:-1 2 3} width=${WIDTH:-0.25} device=${DEVICE:-auto}
cli=(node "$(dirname "$0")/../../dist/cli.js")

net_options() {
  case $1 in
    no-pyramid) echo --pyramid none ;;
    one-size) echo --pyramid 6,3,2,1 ;;
    two-sizes) echo --pyramid 6,3,2,1 --sizes 224,180 ;;
    random-size) echo --pyramid 6,3,2,1 --sizes 180-224 ;;
  esac
}

# A net with a fixed pool takes squares of one size only: full pictures are for the others.
views() { if [[ $1 == no-pyramid ]]; then echo 1,10; else echo 1,full,10; fi; }

mkdir -p "$out"
touch "$out/results.jsonl"
longest=0
for seed in $seeds; do
  for net in no-pyramid one-size two-sizes random-size; do
    if grep -q "\"net\":\"$net\",\"seed\":$seed," "$out/results.jsonl"; then continue; fi
    if ((SECONDS + longest > limit)); then
      echo "stopped at $SECONDS s: the next run would pass $limit s; run again with the same folder to go on" >&2
      exit 3
    fi
    start=$SECONDS run=$out/$net-$seed
    # shellcheck disable=SC2046 # the options are words
    "${cli[@]}" train --data "$data" --model zf5 --width "$width" --hidden 1024 --init he --normalisation none \
      --dropout 0.2 --batch-size 50 --optimizer adamw --lr 0.001 --lr-steps $((epochs * 3 / 4)),$((epochs * 9 / 10)) \
      --epochs "$epochs" --cache 2000 --seed "$seed" --device "$device" --out "$run" $(net_options $net)
    "${cli[@]}" eval --data "$data" --model "$run/model.safetensors" --views "$(views $net)" --cache 1000 --json \
      --device "$device" >"$run/eval.jsonl"
    seconds=$((SECONDS - start))
    if ((seconds > longest)); then longest=$seconds; fi
    node -e '
      const [net, seed, seconds, file] = process.argv.slice(1);
      const lines = require("node:fs").readFileSync(file, "utf8").trim().split("\n").map(JSON.parse);
      const top1 = Object.fromEntries(lines.map((line) => [line.views, line.top1]));
      console.log(JSON.stringify({ net, seed: Number(seed), top1, seconds: Number(seconds) }));
    ' "$net" "$seed" "$seconds" "$run/eval.jsonl" | tee -a "$out/results.jsonl"
  done
done
