package io.crius.server.inspect;

import io.crius.image.pull.PullEvent;
import io.crius.image.pull.PullSnapshot;
import io.crius.model.CriusException;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** What is asked about pulls. Answers from what is known, without waiting for any of them. */
public final class PullInspection {
    private static final String EVENTS = "events";

    private final Supplier<List<PullSnapshot>> running;
    private final LongFunction<List<PullEvent>> eventsAfter;

    public PullInspection(Supplier<List<PullSnapshot>> running, LongFunction<List<PullEvent>> eventsAfter) {
        this.running = running;
        this.eventsAfter = eventsAfter;
    }

    /**
     * Those that run, for no word; what happened, for {@code events}; what happened since, for {@code events/NUMBER}.
     *
     * @throws CriusException.NotFound for another word
     * @throws CriusException.InvalidArgument for a number that is none
     */
    JsonArray find(String word) {
        if (word.isEmpty()) {
            return JsonArray.of(running.get(), pull -> pull(pull).build());
        }
        if (!word.equals(EVENTS) && !word.startsWith(EVENTS + "/")) {
            throw new CriusException.NotFound("there is nothing at /pulls/" + word);
        }
        String number = word.substring(EVENTS.length());
        return JsonArray.of(
                eventsAfter.apply(number.isEmpty() ? 0 : number(number.substring(1))), PullInspection::event);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new CriusException.InvalidArgument(
                    "/pulls/events/" + text + ": \"" + text + "\" is no event's number");
        }
    }

    private static JsonObject.Builder pull(PullSnapshot pull) {
        return JsonObject.builder()
                .put("image", pull.image())
                .put("stage", pull.stage())
                .put("received", pull.bytes().received())
                .put("expected", pull.bytes().expected())
                .put("bytesPerSecond", pull.bytes().perSecond())
                .put("layersReady", pull.layers().ready())
                .put("layersMissing", pull.layers().missing())
                .put("elapsedMillis", pull.elapsed().toMillis())
                .put("idleMillis", pull.idle().toMillis());
    }

    private static JsonObject event(PullEvent event) {
        return JsonObject.builder()
                .put("number", event.number())
                .put("time", event.time().toString())
                .put("kind", event.kind().name().toLowerCase(Locale.ROOT))
                .put("outcome", event.outcome())
                .put("pull", pull(event.pull()).build())
                .build();
    }
}
