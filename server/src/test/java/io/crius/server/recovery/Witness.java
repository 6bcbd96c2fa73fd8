package io.crius.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.server.events.Event;
import io.crius.server.events.Event.Kind;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import io.crius.server.state.Transitions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers what daemons said of pods and containers, over their deaths: no state goes back, no exit code changes or is lost, what
 * is forgotten does not come back, and events are the transitions in their order. For one thread at a time.
 */
final class Witness implements Transitions {
    private static final String FORGOTTEN = "forgotten";

    private final History history;

    /** The newest state of each object that was ever seen in one, by its id. */
    private final Map<String, String> states = new HashMap<>();

    private final Map<String, Integer> codes = new HashMap<>();
    private final List<String> expected = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private long sequence;

    /** What goes wrong in a thread of a daemon's; it would take that for an error of its own. */
    private final List<AssertionError> found = new ArrayList<>();

    Witness(History history) {
        this.history = history;
    }

    @Override
    public void changed(Container container, ContainerState before, ContainerState now) {
        String id = container.id().value();
        reached(id, rank(now), name(now));
        if (now instanceof ContainerState.Exited exited) {
            exited.exit().code().ifPresent(code -> codes.put(id, code));
        }
        kind(before.visible(), now).ifPresent(kind -> expected.add(kind + " " + id));
    }

    private static Optional<Kind> kind(boolean wasVisible, ContainerState now) {
        return switch (now) {
            case ContainerState.Creating _, ContainerState.Unknown _ -> Optional.empty();
            case ContainerState.Created _ -> Optional.of(Kind.CREATED);
            case ContainerState.Running _ -> Optional.of(Kind.STARTED);
            case ContainerState.Exited _ -> Optional.of(Kind.STOPPED);
            case ContainerState.Doomed _ -> wasVisible ? Optional.of(Kind.DELETED) : Optional.empty();
        };
    }

    @Override
    public void forgotten(Container container) {
        forgotten(container.id().value(), container.state().visible());
    }

    @Override
    public void changed(Pod pod, PodState before, PodState now) {
        String id = pod.id().value();
        reached(id, rank(now), name(now));
        switch (now) {
            case PodState.Creating _ -> {}
            case PodState.Ready _ -> expected.addAll(List.of(Kind.CREATED + " " + id, Kind.STARTED + " " + id));
            case PodState.Stopped _ -> {
                if (before instanceof PodState.Ready) {
                    expected.add(Kind.STOPPED + " " + id);
                }
            }
            case PodState.Doomed _ -> {
                if (before.visible()) {
                    expected.add(Kind.DELETED + " " + id);
                }
            }
        }
    }

    @Override
    public void forgotten(Pod pod) {
        forgotten(pod.id().value(), pod.state().visible());
    }

    private void forgotten(String id, boolean visible) {
        if (visible) {
            expected.add(Kind.DELETED + " " + id);
        }
        reached(id, Integer.MAX_VALUE, FORGOTTEN);
        codes.remove(id);
    }

    private void reached(String id, int rank, String state) {
        history.add("    " + id.substring(0, 6) + " " + state);
        String next = "%10d %s".formatted(rank, state);
        String before = states.put(id, next);
        if (before != null && before.compareTo(next) > 0) {
            found.add(new AssertionError(id + " went from" + before + " back to" + next));
        }
    }

    /** An event that a subscriber of the daemon's got. */
    void heard(Event event) {
        if (event.sequence() != ++sequence) {
            found.add(new AssertionError("event " + event + " came as number " + sequence));
        }
        heard.add(event.kind() + " " + event.id());
    }

    /** A new daemon counts its events anew. */
    void daemonStarts() {
        sequence = 0;
        expected.clear();
        heard.clear();
    }

    /** What holds at any moment. */
    void check() {
        found.forEach(error -> {
            throw error;
        });
        assertThat(expected.subList(0, Math.min(heard.size(), expected.size())))
                .as("events")
                .isEqualTo(heard);
    }

    /** What holds while nothing is done. */
    void checkQuiet(Registry registry) {
        assertThat(heard).as("events").isEqualTo(expected);
        heard.clear();
        expected.clear();
        knows(registry);
    }

    /** The daemon knows all that was ever said and not forgotten, and says nothing earlier of it. */
    void knows(Registry registry) {
        var now = new HashMap<String, String>();
        for (Container container : registry.everyContainer()) {
            var id = container.id().value();
            now.put(id, "%10d %s".formatted(rank(container.state()), name(container.state())));
            if (container.state() instanceof ContainerState.Exited exited && codes.containsKey(id)) {
                assertThat(exited.exit().code()).as("exit code of %s", id).contains(codes.get(id));
            }
        }
        for (Pod pod : registry.everyPod()) {
            now.put(pod.id().value(), "%10d %s".formatted(rank(pod.state()), name(pod.state())));
        }
        for (var said : states.entrySet()) {
            String state = now.get(said.getKey());
            if (said.getValue().endsWith(FORGOTTEN)) {
                assertThat(state).as("%s, which was forgotten", said.getKey()).isNull();
            } else {
                assertThat(state)
                        .as("%s, which was %s", said.getKey(), said.getValue())
                        .isNotNull()
                        .isGreaterThanOrEqualTo(said.getValue());
            }
        }
        states.putAll(now);
        states.values().removeIf(state -> state.endsWith(FORGOTTEN));
    }

    private static int rank(ContainerState state) {
        return switch (state) {
            case ContainerState.Creating _ -> 0;
            case ContainerState.Created _ -> 1;
            case ContainerState.Running _ -> 2;
            case ContainerState.Unknown _ -> throw new AssertionError("a simulated runtime tells all it knows");
            case ContainerState.Exited _ -> 3;
            case ContainerState.Doomed _ -> 4;
        };
    }

    private static int rank(PodState state) {
        return switch (state) {
            case PodState.Creating _ -> 0;
            case PodState.Ready _ -> 1;
            case PodState.Stopped stopped -> stopped.givenBack() ? 3 : 2;
            case PodState.Doomed _ -> 4;
        };
    }

    private static String name(Object state) {
        return state.getClass().getSimpleName();
    }
}
