package io.crius.runtime;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonObject;

/**
 * A process that cannot be mistaken for a later one with the same number.
 *
 * @param startTicks when it started, in clock ticks since boot: field 22 of {@code /proc/<pid>/stat}
 */
public record ProcessIdentity(long pid, long startTicks) {
    public ProcessIdentity {
        if (pid <= 0 || startTicks < 0) {
            throw new CriusException.InvalidArgument(
                    "invalid process identity: pid " + pid + ", start time " + startTicks);
        }
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("pid", pid)
                .put("startTicks", startTicks)
                .build();
    }

    static ProcessIdentity fromJson(JsonObject json) {
        return new ProcessIdentity(json.requireInteger("pid", "process"), json.requireInteger("startTicks", "process"));
    }

    @Override
    public String toString() {
        return "process " + pid;
    }
}
