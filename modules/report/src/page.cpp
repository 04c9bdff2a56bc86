#include "adatom/report/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base64.h"
#include "escape.h"
#include "model_data.h"
#include "packed_scripts.h"
#include "page_style.h"

namespace adatom::report {
namespace {

std::string_view css_class(FigureWidth width) {
  return width == FigureWidth::column ? "column" : "page";
}

/// The figure's svg element with its class for the page's layout.
std::string inline_svg(const Figure& figure) {
  constexpr std::string_view start = "<svg ";
  std::string_view rest = figure.svg;
  if (rest.starts_with(start)) rest.remove_prefix(start.size());
  return fmt::format(R"(<svg class="{}" {})", css_class(figure.width), rest);
}

std::string panels(std::span<const Figure> figures) {
  std::string out = "<div class=\"panels\">\n";
  for (const Figure& figure : figures) out += inline_svg(figure);
  return out + "</div>\n";
}

std::string begin_fold(Fold fold, std::string_view summary) {
  return fmt::format("<details{}>\n<summary>{}</summary>\n",
                     fold == Fold::open ? " open=\"open\"" : "", escape(summary));
}

std::size_t bytes_of(const SliderStep& step) {
  std::size_t bytes = 0;
  for (const Figure& figure : step.panels) bytes += figure.svg.size();
  return bytes;
}

/// The steps that are shown: at most so many, and of at most so many bytes.
std::vector<std::size_t> choose_steps(std::span<const SliderStep> steps,
                                      const SliderOptions& options) {
  std::size_t most = std::min(steps.size(), std::max<std::size_t>(options.max_steps, 1));
  for (;; --most) {
    std::vector<std::size_t> chosen = spread_steps(steps.size(), most);
    std::size_t bytes = 0;
    for (const std::size_t i : chosen) bytes += bytes_of(steps[i]);
    if (bytes <= options.max_bytes || most <= 1) return chosen;
  }
}

/// Left alone by readers of HTML and of XML alike; `script` holds no "]]>" and no end tag.
std::string script_element(std::string_view script) {
  return fmt::format("<script>//<![CDATA[\n{}\n//]]></script>\n", script);
}

std::string table_head(const Table& table) {
  std::string out = "<thead><tr>";
  for (const TableColumn& column : table.columns) {
    out +=
        fmt::format("<th scope=\"col\"{}>{}",
                    column.align == Align::right ? " class=\"right\"" : "", escape(column.heading));
    if (!column.unit.empty()) {
      out += fmt::format("<span class=\"unit\">{}</span>", escape(column.unit));
    }
    out += "</th>";
  }
  return out + "</tr></thead>\n";
}

std::string table_body(const Table& table) {
  std::string out = "<tbody>\n";
  for (const auto& row : table.rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const bool right = table.columns[i].align == Align::right;
      out += fmt::format("<td{}>{}</td>", right ? " class=\"right\"" : "",
                         i < row.size() ? escape(row[i]) : std::string());
    }
    out += "</tr>\n";
  }
  return out + "</tbody>\n";
}

std::string video_figure(std::string_view source, std::size_t number, std::string_view caption) {
  return fmt::format(
      "<figure>\n<video controls=\"controls\" loop=\"loop\" muted=\"muted\" "
      "playsinline=\"playsinline\" src=\"{}\"></video>\n"
      "<figcaption><strong>Figure {}.</strong> {}</figcaption>\n</figure>\n",
      source, number, escape(caption));
}

/// A path as a relative address (RFC 3986): all but letters, digits and "-._~/" as %XX.
std::string url_of(std::string_view path) {
  std::string url;
  for (const char letter : path) {
    const auto code = static_cast<unsigned char>(letter);
    const bool plain = (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') ||
                       (code >= 'a' && code <= 'z') ||
                       std::string_view("-._~/").find(letter) != std::string_view::npos;
    url += plain ? std::string(1, letter) : fmt::format("%{:02X}", code);
  }
  return url;
}

}  // namespace

std::vector<std::size_t> spread_steps(std::size_t count, std::size_t most) {
  const std::size_t number = std::min(count, most);
  std::vector<std::size_t> steps;
  for (std::size_t i = 0; i < number; ++i) {
    steps.push_back(number == 1 ? 0 : (i * (count - 1) + (number - 1) / 2) / (number - 1));
  }
  return steps;
}

Page::Page(std::string title, std::string subtitle)
    : title_(std::move(title)), subtitle_(std::move(subtitle)) {}

void Page::section(std::string_view heading) {
  const std::string anchor = fmt::format("section-{}", contents_.size() + 1);
  contents_.push_back({std::string(heading), anchor});
  body_ += fmt::format("<h2 id=\"{}\">{}</h2>\n", anchor, escape(heading));
}

void Page::paragraph(std::string_view text) { body_ += fmt::format("<p>{}</p>\n", escape(text)); }

void Page::key_numbers(std::span<const Fact> numbers) {
  if (numbers.empty()) return;
  body_ += "<dl class=\"keys\">\n";
  for (const auto& [label, value] : numbers) {
    body_ += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escape(label), escape(value));
  }
  body_ += "</dl>\n";
}

void Page::warnings(std::span<const std::string> warnings) {
  if (warnings.empty()) {
    body_ += "<div class=\"box calm\"><p>No warnings.</p></div>\n";
    return;
  }
  body_ +=
      fmt::format("<div class=\"box\" role=\"note\"><p><strong>{}</strong></p>\n<ul>\n",
                  warnings.size() == 1 ? "1 warning" : fmt::format("{} warnings", warnings.size()));
  for (const std::string& warning : warnings) {
    body_ += fmt::format("<li>{}</li>\n", escape(warning));
  }
  body_ += "</ul></div>\n";
}

void Page::table(const Table& table, Fold fold) {
  if (table.columns.empty()) return;
  const std::string caption = fmt::format("Table {}. {}", ++tables_, table.caption);
  if (fold == Fold::closed) body_ += begin_fold(fold, caption);
  if (fold == Fold::open) {
    body_ += fmt::format("<p class=\"caption\"><strong>Table {}.</strong> {}</p>\n", tables_,
                         escape(table.caption));
  }
  body_ += fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n<table>\n",
      escape(caption));
  body_ += table_head(table) + table_body(table) + "</table>\n</div>\n";
  if (fold == Fold::closed) body_ += "</details>\n";
}

void Page::figures(std::span<const Figure> figures, std::string_view caption) {
  body_ += "<figure>\n" + panels(figures);
  body_ += fmt::format("<figcaption><strong>Figure {}.</strong> {}</figcaption>\n</figure>\n",
                       ++figures_, escape(caption));
}

void Page::figure(const Figure& figure, std::string_view caption) {
  figures({&figure, 1}, caption);
}

void Page::slider(std::span<const SliderStep> steps, const SliderOptions& options) {
  if (steps.empty()) return;
  const std::vector<std::size_t> chosen = choose_steps(steps, options);
  const std::string id = fmt::format("slider-{}", ++sliders_);
  const std::string first_label = escape(steps[chosen.front()].label);
  body_ += "<figure class=\"slider\">\n";
  if (chosen.size() > 1) {
    body_ += fmt::format(
        R"(<div class="control"><label for="{0}">{1}</label>)"
        R"(<button type="button" value="-1" aria-label="previous">‹</button>)"
        R"(<input type="range" id="{0}" min="0" max="{2}" step="1" value="0" aria-valuetext="{3}"/>)"
        R"(<button type="button" value="1" aria-label="next">›</button>)"
        R"(<output for="{0}">{3}</output></div>)"
        "\n",
        id, escape(options.name), chosen.size() - 1, first_label);
  } else {
    body_ += fmt::format("<p>{}</p>\n", first_label);
  }
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const SliderStep& step = steps[chosen[i]];
    body_ += fmt::format("<div class=\"step\" data-label=\"{}\"{}>\n", escape(step.label),
                         i == 0 ? "" : " hidden=\"hidden\"");
    body_ += panels(step.panels) + "</div>\n";
  }
  body_ += fmt::format("<figcaption><strong>Figure {}.</strong> {}", ++figures_,
                       escape(options.caption));
  if (chosen.size() < steps.size()) {
    body_ += fmt::format(" {} of {} are shown here, evenly spread, to keep this page small.",
                         chosen.size(), steps.size());
  }
  body_ += "</figcaption>\n</figure>\n";
}

void Page::model(const Model& model, std::string_view caption) {
  const Figure still = draw_model_still(model);  // looks whether the model is whole, too
  const auto shown = model_frames_shown(model);
  body_ += fmt::format(
      "<figure class=\"model\" id=\"model-{}\">\n<div class=\"model-still\">{}</div>\n"
      "<div class=\"model-live\" hidden=\"hidden\"></div>\n"
      "<script type=\"application/json\" class=\"model-data\">{}</script>\n",
      ++models_, panels({&still, 1}), model_json(model, shown));
  body_ += fmt::format("<figcaption><strong>Figure {}.</strong> {}", ++figures_, escape(caption));
  if (shown.size() < model.frames.size()) {
    body_ += fmt::format(" {} of {} are shown here, evenly spread, to keep this page small.",
                         shown.size(), model.frames.size());
  }
  body_ += "</figcaption>\n</figure>\n";
}

void Page::video(std::string_view mp4, std::string_view caption) {
  body_ += video_figure("data:video/mp4;base64," + base64(mp4), ++figures_, caption);
}

void Page::video_beside(std::string_view file, std::string_view caption) {
  body_ += video_figure(url_of(file), ++figures_, caption);
}

void Page::link(std::string_view file, std::string_view text) {
  body_ += fmt::format("<p><a href=\"{}\">{}</a></p>\n", url_of(file), escape(text));
}

void Page::facts(std::span<const Fact> facts, Fold fold) {
  if (facts.empty()) return;
  if (fold == Fold::closed) body_ += begin_fold(fold, "Details");
  body_ += "<dl class=\"facts\">\n";
  for (const auto& [label, value] : facts) {
    body_ += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escape(label), escape(value));
  }
  body_ += "</dl>\n";
  if (fold == Fold::closed) body_ += "</details>\n";
}

void Page::verbatim(std::string_view summary, std::string_view text, Fold fold) {
  body_ += begin_fold(fold, summary);
  body_ += fmt::format("<pre tabindex=\"0\">{}</pre>\n</details>\n", escape(text));
}

std::string Page::html() const {
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<link rel=\"icon\" href=\"data:,\"/>\n<title>{}</title>\n<style>{}</style>\n"
      "<noscript><style>{}</style></noscript>\n</head>\n<body>\n<header>\n<h1>{}</h1>\n",
      escape(title_), page_style, no_script_style, escape(title_));
  if (!subtitle_.empty()) out += fmt::format("<p class=\"subtitle\">{}</p>\n", escape(subtitle_));
  if (!contents_.empty()) {
    out += "<nav aria-label=\"Contents\"><ul>\n";
    for (const Contents& entry : contents_) {
      out += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", entry.anchor, escape(entry.heading));
    }
    out += "</ul></nav>\n";
  }
  out += "</header>\n<main>\n";
  out += body_;
  out += fmt::format("</main>\n<script>{}</script>\n", page_script);
  if (models_ > 0) {
    out += script_element(fmt::format("{}{}", three_js_licence(), three_js()));
    out += script_element(model_viewer_js());
  }
  return out + "</body>\n</html>\n";
}

}  // namespace adatom::report
