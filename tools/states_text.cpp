#include "tools/states_text.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "partition/life_cycle.hpp"
#include "tools/table_text.hpp"

namespace kvp11::tools {
namespace {

using partition::EventText;

/// The last two parts of a data action's name, "keys/create".
std::string short_name(access::DataAction action) {
    std::string name(access::name_of(action));
    constexpr std::string_view suffix = "/action";
    if (name.ends_with(suffix)) name.resize(name.size() - suffix.size());
    const std::size_t prefix = name.find("managedHsm/");
    return prefix == std::string::npos ? name : name.substr(prefix + std::string_view("managedHsm/").size());
}

/// Who the event is for: a data action, or words.
std::string who_may(const EventText& event) {
    const auto needs = event.operation ? partition::row_of(*event.operation).needs : std::nullopt;
    return needs ? short_name(*needs) : std::string(event.by);
}

/// A line of an edge's label, in graphviz's HTML.
std::string label_of(const EventText& event) {
    const std::string who = who_may(event);
    return std::string(event.name) + "<br/><font point-size=\"9\" color=\"#606060\">" + who + "</font>";
}

/// What is drawn between two places; a place is a state or the frame around several.
struct Edge {
    std::string from;
    std::string to;
    std::string label;
};

void add(std::vector<Edge>& edges, std::string from, std::string to, const std::string& line) {
    for (Edge& edge : edges) {
        if (edge.from != from || edge.to != to) continue;
        edge.label += "<br/>" + line;
        return;
    }
    edges.push_back({std::move(from), std::move(to), line});
}

bool is_framed(LifeCycle state) {
    return state == LifeCycle::Provisioned || state == LifeCycle::Recovery || state == LifeCycle::Active;
}
constexpr std::size_t framed_states = 3;
constexpr const char* frame = "frame";

/// Whether the event leads from each framed state to `to`, or to each from `from`: then it is drawn once.
bool leaves_frame(const partition::LifeRow& row) {
    return !is_framed(row.to) && is_framed(row.from) &&
           framed_states == static_cast<std::size_t>(std::count_if(
                                partition::life_rows().begin(), partition::life_rows().end(), [&](const auto& other) {
                                    return other.event == row.event && other.to == row.to && is_framed(other.from);
                                }));
}
bool enters_frame(const partition::LifeRow& row) {
    return !is_framed(row.from) && is_framed(row.to) &&
           framed_states == static_cast<std::size_t>(std::count_if(
                                partition::life_rows().begin(), partition::life_rows().end(), [&](const auto& other) {
                                    return other.event == row.event && other.from == row.from && is_framed(other.to);
                                }));
}

std::vector<Edge> partition_edges() {
    std::vector<Edge> edges;
    std::set<std::pair<std::string, partition::LifeEvent>> drawn;  // of the frame
    for (const partition::LifeRow& row : partition::life_rows()) {
        const std::string from(leaves_frame(row) ? frame : partition::name_of(row.from));
        const std::string to(enters_frame(row) ? frame : partition::name_of(row.to));
        const bool at_frame = from == frame || to == frame;
        if (at_frame && !drawn.insert({from + to, row.event}).second) continue;
        add(edges, from, to, label_of(partition::words_of(row.event)));
    }
    return edges;
}

std::vector<Edge> key_edges() {
    std::vector<Edge> edges;
    for (const partition::KeyLifeRow& row : partition::key_life_rows()) {
        add(edges, std::string(partition::name_of(row.from)), std::string(partition::name_of(row.to)),
            label_of(partition::words_of(row.event)));
    }
    return edges;
}

// An edge of the frame is one of a state in it that ends at the frame; which state decides where it is drawn.
std::string place_of(const std::string& place, const std::string& other) {
    if (place != frame) return place;
    const bool begins_left = other == partition::name_of(LifeCycle::Uninitialised);
    return std::string(partition::name_of(begins_left ? LifeCycle::Provisioned : LifeCycle::Active));
}

std::string edge_line(const Edge& edge) {
    std::string attributes = "label=<" + edge.label + ">";
    if (edge.from == frame) attributes += ", ltail=cluster_" + std::string(frame);
    if (edge.to == frame) attributes += ", lhead=cluster_" + std::string(frame);
    return "  " + place_of(edge.from, edge.to) + " -> " + place_of(edge.to, edge.from) + " [" + attributes + "];\n";
}

std::string graph_of(const std::string& name, const std::string& frames, const std::vector<Edge>& edges) {
    std::string text = "digraph " + name + " {\n";
    text += "  rankdir=LR; compound=true; nodesep=0.6; ranksep=1.0;\n";
    text += "  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=13];\n";
    text += "  edge [fontname=\"sans-serif\", fontsize=10];\n" + frames;
    for (const Edge& edge : edges) text += edge_line(edge);
    return text + "}\n";
}

std::string partition_frame() {
    std::string text = "  { rank=source; uninitialised; } { rank=sink; error; }\n";
    text += "  subgraph cluster_" + std::string(frame) + " { style=\"rounded,dashed\"; color=\"#909090\";";
    for (const LifeCycle state : {LifeCycle::Provisioned, LifeCycle::Recovery, LifeCycle::Active}) {
        text += ' ' + std::string(partition::name_of(state)) + ';';
    }
    return text + " }\n";
}

template <class Rows>
std::string table_of(const Rows& rows) {
    std::vector<std::vector<std::string>> cells{{"FROM", "EVENT", "TO", "WHO MAY"}};
    for (const auto& row : rows) {
        const EventText& event = partition::words_of(row.event);
        cells.push_back({std::string(partition::name_of(row.from)), std::string(event.name),
                         std::string(partition::name_of(row.to)), who_may(event)});
    }
    return columns(cells);
}

}  // namespace

std::string partition_states_table() { return table_of(partition::life_rows()); }
std::string key_states_table() { return table_of(partition::key_life_rows()); }
std::string partition_states_dot() { return graph_of("partition", partition_frame(), partition_edges()); }
std::string key_states_dot() { return graph_of("key", "", key_edges()); }

}  // namespace kvp11::tools
