#pragma once
// The look of a page, and the few lines of script that move a slider. Both are well-formed XML
// text.
#include <string_view>

namespace adatom::report {

inline constexpr std::string_view page_style = R"(
:root { color-scheme: light; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: #ffffff; color: #1a1a1a; line-height: 1.5;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main, header { max-width: 1240px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 28px; }
main { padding-bottom: 48px; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }
.subtitle { margin: 4px 0 0; color: #555; overflow-wrap: anywhere; }
nav { margin: 14px 0 0; padding: 8px 0; border-top: 1px solid #d9d9d9; border-bottom: 1px solid #d9d9d9; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 20px; margin: 0; padding: 0; }
a { color: #0b5394; text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 36px 0 10px; padding-bottom: 4px;
  border-bottom: 1px solid #d9d9d9; }
p { max-width: 76ch; margin: 10px 0; overflow-wrap: break-word; }
.keys { display: flex; flex-wrap: wrap; gap: 14px 44px; margin: 18px 0; }
.keys div { display: flex; flex-direction: column-reverse; }
.keys dt { color: #555; font-size: 0.875rem; }
.keys dd { margin: 0; font-size: 1.375rem; font-weight: 600; line-height: 1.25;
  font-variant-numeric: tabular-nums; }
.box { margin: 14px 0; padding: 10px 16px; border-left: 4px solid #c77700; background: #fff6e5;
  overflow-wrap: anywhere; }
.box.calm { border-color: #8a8a8a; background: #f5f5f5; }
.box p { margin: 0; }
.box ul { margin: 4px 0 0; padding-left: 20px; }
figure { margin: 20px 0; }
.panels { display: flex; flex-wrap: wrap; gap: 16px 24px; align-items: flex-start; }
.panels svg { display: block; height: auto; flex: 1 1 300px; min-width: 0; width: 100%; }
.panels svg.column { max-width: 540px; }
.panels svg.page { flex-basis: 100%; max-width: 1000px; }
figcaption, .caption { font-size: 0.875rem; line-height: 1.45; color: #333; text-align: left; }
video { display: block; width: 100%; max-width: 640px; }
figcaption { margin-top: 8px; max-width: 100ch; }
.caption { margin: 18px 0 6px; max-width: 100ch; }
.scroll { overflow: auto; max-height: 34rem; margin: 0 0 18px; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums;
  border-bottom: 1.5px solid #1a1a1a; }
thead th { position: sticky; top: 0; background: #ffffff; vertical-align: bottom; font-weight: 600;
  box-shadow: inset 0 1.5px #1a1a1a, inset 0 -1px #1a1a1a; }
th, td { padding: 4px 14px; text-align: left; white-space: nowrap; }
th:first-child, td:first-child { padding-left: 6px; }
tbody tr:nth-child(even) { background: #f6f7f8; }
.right { text-align: right; }
.unit { display: block; font-weight: 400; color: #555; }
.slider { margin: 22px 0; }
.control { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; margin-bottom: 12px; }
.control label { font-weight: 600; }
.control input { flex: 1 1 200px; max-width: 460px; min-width: 0; accent-color: #0b5394; height: 28px; }
.control button { font: inherit; line-height: 1; width: 36px; height: 32px; border: 1px solid #b5b5b5;
  border-radius: 4px; background: #ffffff; color: #1a1a1a; }
.control button:hover { background: #f0f0f0; }
.control output { flex: 1 1 220px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.model-live { display: flex; flex-wrap: wrap; gap: 12px 24px; align-items: flex-start; }
.model-live .view { flex: 1 1 420px; max-width: 640px; min-width: 0; }
.model-live .stage { position: relative; border: 1px solid #d9d9d9; border-radius: 4px; overflow: hidden; }
.model-live canvas { display: block; width: 100%; aspect-ratio: 5 / 4; touch-action: none; cursor: grab; }
.model-live canvas:active { cursor: grabbing; }
.model-live canvas:focus-visible { outline: 2px solid #0b5394; outline-offset: -2px; }
.triad { position: absolute; left: 26px; bottom: 8px; width: 84px; height: 84px; overflow: visible;
  pointer-events: none; }
.triad line { stroke: #333; stroke-width: 1.3; }
.triad text { font-size: 10px; fill: #333; stroke: #fff; stroke-width: 2.5; paint-order: stroke; }
.model-live .bar { position: absolute; right: 14px; bottom: 10px; border-bottom: 2px solid #1a1a1a;
  font-size: 0.8125rem; line-height: 1.35; text-align: center; pointer-events: none; white-space: nowrap;
  background: rgba(255, 255, 255, 0.7); }
.model-live button { font: inherit; font-size: 0.875rem; line-height: 1; padding: 7px 10px;
  border: 1px solid #b5b5b5; border-radius: 4px; background: #ffffff; color: #1a1a1a; cursor: pointer; }
.model-live button:hover { background: #f0f0f0; }
.buttons { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; margin-top: 8px; }
.buttons label { display: flex; align-items: center; gap: 8px; flex: 1 1 90px; font-size: 0.875rem;
  margin-left: 4px; }
.buttons input { flex: 1 1 40px; min-width: 0; width: 40px; max-width: 180px; accent-color: #0b5394; }
.model-live .panel { flex: 0 1 210px; min-width: 170px; }
.choice { display: flex; align-items: center; gap: 8px; margin: 0 0 8px; font-weight: 600; font-size: 0.875rem; }
.choice select { font: inherit; font-weight: 400; padding: 3px 4px; flex: 1 1 auto; min-width: 0; }
.legend { list-style: none; margin: 0; padding: 0; font-variant-numeric: tabular-nums; }
.legend button { display: flex; width: 100%; gap: 8px; align-items: center; border: 0; padding: 4px 6px;
  text-align: left; }
.legend button[aria-pressed=false] { color: #8a8a8a; text-decoration: line-through; }
.legend button[aria-pressed=false] .swatch { opacity: 0.2; }
.legend button:disabled { color: #9a9a9a; cursor: default; background: none; }
.swatch { flex: none; width: 14px; height: 14px; border-radius: 50%; border: 1px solid rgba(0, 0, 0, 0.45); }
.legend .name { flex: 1 1 auto; }
.legend .scale { display: flex; flex-wrap: wrap; justify-content: space-between; font-size: 0.8125rem; }
.strip { flex: 1 1 100%; height: 14px; margin-bottom: 3px; border: 1px solid #b5b5b5; }
.model-live .control, .model-live .told { flex: 1 1 100%; margin: 0; max-width: 874px; }
.model-live .control button { width: auto; }
.told { font-size: 0.8125rem; color: #555; min-height: 1.45em; font-variant-numeric: tabular-nums; }
[hidden] { display: none !important; }
details { margin: 16px 0; }
summary { cursor: pointer; font-weight: 600; }
.facts { display: grid; grid-template-columns: minmax(120px, max-content) 1fr; gap: 4px 24px;
  margin: 12px 0; font-size: 0.9rem; }
.facts dt { color: #555; overflow-wrap: anywhere; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
pre { background: #f6f7f8; padding: 12px 16px; overflow: auto; max-height: 34rem; font-size: 0.8125rem;
  line-height: 1.45; font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
@media (max-width: 600px) {
  main, header { padding-left: 14px; padding-right: 14px; }
  h1 { font-size: 1.4rem; }
  .keys { gap: 12px 28px; }
  .keys dd { font-size: 1.2rem; }
  .panels { overflow-x: auto; }
  .panels svg.page { min-width: 600px; }
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: 8px; }
  th, td { padding: 4px 9px; }
}
@media print {
  body { font-size: 10pt; }
  main, header { max-width: none; padding: 0; }
  nav, .control input, .control button, .model-live { display: none; }
  .model-still[hidden] { display: block !important; }
  figure, .slider, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  .scroll, pre { max-height: none; overflow: visible; }
  .panels svg { flex-basis: 30%; }
}
)";

/// Without scripts, all steps of a slider stand below each other.
inline constexpr std::string_view no_script_style =
    ".step[hidden] { display: block !important; } .control { display: none; }";

inline constexpr std::string_view page_script = R"(
for (const box of document.querySelectorAll('.slider')) {
  const input = box.querySelector('input');
  const output = box.querySelector('output');
  const steps = Array.from(box.querySelectorAll('.step'));
  const show = () => {
    steps.forEach((step, i) => { step.hidden = i !== Number(input.value); });
    const label = steps[Number(input.value)].dataset.label;
    output.textContent = label;
    input.setAttribute('aria-valuetext', label);
  };
  for (const button of box.querySelectorAll('button')) {
    button.addEventListener('click', () => {
      input.value = Number(input.value) + Number(button.value);
      show();
    });
  }
  input.addEventListener('input', show);
  show();
}
// Folded parts print open.
addEventListener('beforeprint', () => {
  for (const part of document.querySelectorAll('details')) { part.open = true; }
});
)";

}  // namespace adatom::report
