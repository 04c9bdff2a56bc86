#!/usr/bin/env bash
# The READMEs are true: option tables are those of `adatom schema`, every command in a ```console
# block runs, every picture and linked file exists.
#   scripts/check_docs.sh            checks
#   scripts/check_docs.sh --update   rewrites the option tables first
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
adatom=$root/build/bin/adatom
failed=0
complain() { echo "docs: $*" >&2; failed=1; }

# 1. The option tables, between the two markers of README.md.
begin='<!-- options: adatom schema --format markdown -->'
end='<!-- end of options -->'
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$adatom" schema --format markdown > "$scratch/options.md"
awk -v begin="$begin" -v end="$end" -v table="$scratch/options.md" '
  $0 == begin { print; while ((getline line < table) > 0) print line; inside = 1 }
  $0 == end { inside = 0 }
  !inside && !($0 == begin) { print }' README.md > "$scratch/fresh.md"
if [ "${1:-}" = --update ]; then cp "$scratch/fresh.md" README.md; fi
cmp -s README.md "$scratch/fresh.md" ||
  complain "README.md: option tables are not those of 'adatom schema'; run scripts/check_docs.sh --update"

# 2. Commands in ```console blocks, run in a scratch folder that looks like a clone.
mkdir "$scratch/clone"
for entry in data configs; do ln -s "$root/$entry" "$scratch/clone/$entry"; done
mapfile -t readmes < <(ls README.md modules/*/README.md pipeline/README.md)
for readme in "${readmes[@]}"; do
  awk '/^```console$/ { inside = 1; next } /^```$/ { inside = 0 }
       inside && /^\$ / { print substr($0, 3) }' "$readme" > "$scratch/commands"
  while IFS= read -r command; do
    [ -n "$command" ] || continue
    (cd "$scratch/clone" && PATH="$root/build/bin:$PATH" bash -c "$command" </dev/null >"$scratch/out" 2>&1) ||
      { complain "$readme: '$command' fails:"; tail -5 "$scratch/out" >&2; }
  done < "$scratch/commands"
  # 3. Links and pictures.
  { grep -oE '\]\([^)#: ]+\)' "$readme" || true; } | sed 's/^](//; s/)$//' > "$scratch/links"
  while IFS= read -r link; do
    [ -e "$(dirname "$readme")/$link" ] || complain "$readme: '$link' does not exist"
  done < "$scratch/links"
done
exit $failed
