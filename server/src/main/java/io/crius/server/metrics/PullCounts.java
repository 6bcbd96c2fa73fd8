package io.crius.server.metrics;

import io.crius.model.CriusException;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts pulls of images. Thread-safe. */
public final class PullCounts {
    private final LongAdder successes = new LongAdder();
    private final Map<String, LongAdder> failures = new ConcurrentSkipListMap<>();

    /** A caller got its image. */
    public void succeeded() {
        successes.increment();
    }

    /** A caller did not get its image. */
    public void failed(CriusException cause) {
        failures.computeIfAbsent(word(cause), _ -> new LongAdder()).increment();
    }

    /** Compat: CRI-O's words, some of which are those of registries. */
    private static String word(CriusException cause) {
        return switch (cause) {
            case CriusException.NotFound _ -> "NOT_FOUND";
            case CriusException.Unavailable _ -> "CONNECTION_REFUSED";
            case CriusException.DeadlineExceeded _ -> "CONNECTION_TIMEOUT";
            case CriusException.PermissionDenied _ -> "DENIED";
            case CriusException.ResourceExhausted _ -> "TOOMANYREQUESTS";
            case CriusException.AlreadyExists _,
                    CriusException.InvalidArgument _,
                    CriusException.FailedPrecondition _,
                    CriusException.Cancelled _,
                    CriusException.DataLoss _,
                    CriusException.Failed _ -> "UNKNOWN";
        };
    }

    void write(Exposition out) {
        out.family("crio_image_pulls_success_total", "counter", "Cumulative number of CRI-O image pull successes.");
        out.value("crio_image_pulls_success_total", Map.of(), (double) successes.sum());
        out.family(
                "crio_image_pulls_failure_total",
                "counter",
                "Cumulative number of CRI-O image pull failures by error category.");
        failures.forEach((error, count) ->
                out.value("crio_image_pulls_failure_total", Map.of("error", error), (double) count.sum()));
    }
}
