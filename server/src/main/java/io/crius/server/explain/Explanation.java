package io.crius.server.explain;

import io.crius.model.Timeline.Entry;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.server.job.SerialExecutor.Queued;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * All that is known of one object at one moment.
 *
 * @param facts what it is, for people, in the order to be told
 * @param held what it holds outside the daemon by its plan, or held
 * @param steps oldest first
 * @param queue what waits for its turn behind the current step
 * @param owed what it could not give back
 */
public record Explanation(
        String title,
        String id,
        Map<String, String> facts,
        List<String> held,
        List<Entry> steps,
        List<Queued> queue,
        Optional<Arrears> owed) {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    public Explanation {
        held = List.copyOf(held);
        steps = List.copyOf(steps);
        queue = List.copyOf(queue);
    }

    /** The steps that are not over, outermost first. */
    public List<Entry> now() {
        return steps.stream().filter(step -> !step.over()).toList();
    }

    /** For people. */
    public String toText() {
        var text = new StringBuilder(title).append('\n');
        facts.forEach((key, value) -> line(text, key, value));
        if (!id.isEmpty()) {
            line(text, "now", now().isEmpty() ? "nothing is being done" : "");
        }
        now().forEach(step -> text.append("    ")
                .repeat(' ', 2 * step.depth())
                .append(step.what())
                .append(Processes.describe(step.process()))
                .append(", for ")
                .append(seconds(step.took()))
                .append(request(step))
                .append('\n'));
        queue.forEach(task -> line(
                text,
                "in queue",
                task.what() + ", for " + seconds(task.waiting())
                        + (task.request().text().isEmpty() ? "" : ", request " + task.request())));
        owed.ifPresent(debt -> line(text, "owes", debt.toString()));
        held.forEach(thing -> line(text, "holds", thing));
        if (!steps.isEmpty()) {
            line(text, "steps", "");
            steps.forEach(step -> text.append(step(step)));
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append("  %-12s %s".formatted(key, value).stripTrailing()).append('\n');
    }

    private static String step(Entry step) {
        String name = " ".repeat(2 * step.depth()) + step.what();
        String end = step.over() ? "" : " so far";
        String problem = step.problem().isEmpty() ? "" : "  failed: " + step.problem();
        return "    %s  %10s%-7s  %s%s%s%n"
                .formatted(CLOCK.format(step.begun()), seconds(step.took()), end, name, problem, request(step));
    }

    private static String request(Entry step) {
        return step.request().text().isEmpty() ? "" : ", request " + step.request();
    }

    static String seconds(Duration duration) {
        return "%.3f s".formatted(duration.toNanos() / 1e9);
    }

    /** For programs; durations are in seconds. */
    public JsonObject toJson() {
        JsonObject.Builder json = JsonObject.builder()
                .put("title", title)
                .put("id", id)
                .put("facts", JsonObject.ofStrings(facts))
                .put("held", JsonArray.ofStrings(held))
                .put("steps", JsonArray.of(steps, Explanation::json))
                .put(
                        "queue",
                        JsonArray.of(
                                queue,
                                task -> JsonObject.builder()
                                        .put("what", task.what())
                                        .put(
                                                "waitingSeconds",
                                                seconds(task.waiting()).replace(" s", ""))
                                        .put("request", task.request().text())
                                        .build()));
        owed.ifPresent(debt -> json.put(
                "owed",
                JsonObject.builder()
                        .put("problem", debt.problem())
                        .put("attempts", debt.attempts())
                        .put("nextInSeconds", debt.next().toSeconds())
                        .build()));
        return json.build();
    }

    private static JsonObject json(Entry step) {
        return JsonObject.builder()
                .put("what", step.what())
                .put("depth", step.depth())
                .put("begun", step.begun().toString())
                .put("seconds", io.crius.oci.json.JsonNumber.of(step.took().toNanos() / 1e9))
                .put("over", step.over())
                .put("request", step.request().text())
                .put("process", step.process())
                .put("problem", step.problem())
                .build();
    }

    static String age(Instant then) {
        return String.format(Locale.ROOT, "%s, %s ago", then, seconds(Duration.between(then, Instant.now())));
    }
}
