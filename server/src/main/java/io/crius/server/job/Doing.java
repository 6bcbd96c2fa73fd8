package io.crius.server.job;

import io.crius.model.Timeline;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonNumber;
import io.crius.oci.json.JsonObject;

/** What is being done with an object, for programs that ask for its status. Made of snapshots; never waits. */
public final class Doing {
    private Doing() {}

    /** The steps that are not over, outermost first; the last one is what is waited for. */
    public static JsonArray of(SerialExecutor executor) {
        return JsonArray.of(
                executor.timeline().entries().stream()
                        .filter(step -> !step.over())
                        .toList(),
                Doing::step);
    }

    private static JsonObject step(Timeline.Entry step) {
        return JsonObject.builder()
                .put("what", step.what())
                .put("since", step.begun().toString())
                .put("seconds", JsonNumber.of(step.took().toNanos() / 1e9))
                .put("process", step.process())
                .put("request", step.request().text())
                .build();
    }
}
