package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.ContainerStatus;
import java.util.OptionalLong;
import java.util.Set;

/** What is known of a container: what it does, and what the server has said of it. Used by one thread at a time. */
final class Known {
    private final Node node;
    private final String id;
    private final String pod;
    private final Script script;
    private Phase phase = Phase.CREATED;
    private long pid;
    private long startedAt;
    private int code;
    private OptionalLong shares = OptionalLong.empty();

    /** What the server has answered last. */
    enum Phase {
        CREATED,
        RUNNING,
        /** It was started, and ends by itself. */
        ENDING,
        ENDED,
        /** Of no interest but for that it does not run: it was never started, and its pod is stopped. */
        LEFT,
        /** A call about it was not answered. */
        UNSURE
    }

    /**
     * What a container does.
     *
     * @param own the code that it ends with by itself; 0 where it does not end
     * @param stopped the codes that it may end with when it is stopped
     */
    record Script(String text, int own, Set<Integer> stopped) {
        static final int SIGKILL = 128 + 9;
        static final int SIGTERM = 128 + 15;

        static final Script IDLE =
                new Script("trap 'exit 0' TERM; while :; do sleep 1000 & wait; done", 0, Set.of(0, SIGKILL));
        static final Script DEAF = new Script("trap '' TERM; while :; do sleep 1000; done", 0, Set.of(SIGKILL));

        static Script ending(int millis, int code) {
            return new Script("usleep " + millis + "000; exit " + code, code, Set.of(code, SIGTERM, SIGKILL));
        }
    }

    Known(Node node, String id, String pod, Script script) {
        this.node = node;
        this.id = id;
        this.pod = pod;
        this.script = script;
    }

    String id() {
        return id;
    }

    String pod() {
        return pod;
    }

    /** Whether it ends when it is asked to. */
    boolean heeds() {
        return !script.equals(Script.DEAF);
    }

    boolean is(Phase asked) {
        return phase == asked;
    }

    /** Until its call is answered, nothing is. */
    void unsure() {
        phase = Phase.UNSURE;
    }

    void shares(OptionalLong answered) {
        shares = answered;
    }

    /** StartContainer was answered. */
    void started() {
        if (script.own() > 0) {
            phase = Phase.ENDING;
        } else {
            pid = node.pid(id);
            startedAt = status().getStartedAt();
            phase = Phase.RUNNING;
        }
    }

    /** The call that starts it was not answered: it may have been carried out. */
    void startAgain() {
        if (status().getState() == ContainerState.CONTAINER_CREATED) {
            node.containers().start(id);
        }
        started();
    }

    /** It, or its pod, was stopped. */
    void stopped() {
        ContainerStatus status = status();
        if (status.getState() == ContainerState.CONTAINER_EXITED && status.getStartedAt() > 0) {
            assertThat(status.getExitCode()).as(this::toString).isIn(script.stopped());
            ended(status);
        } else {
            assertThat(status.getState()).as(this::toString).isNotEqualTo(ContainerState.CONTAINER_RUNNING);
            phase = Phase.LEFT;
        }
    }

    private void ended(ContainerStatus status) {
        assertThat(status.getFinishedAt()).as(this::toString).isGreaterThanOrEqualTo(status.getStartedAt());
        code = status.getExitCode();
        phase = Phase.ENDED;
    }

    /** What the server said before still holds, and what ends by itself ends with its code. */
    void check() throws Exception {
        switch (phase) {
            case CREATED ->
                assertThat(status().getState()).as(this::toString).isEqualTo(ContainerState.CONTAINER_CREATED);
            case RUNNING -> {
                assertThat(status().getState()).as(this::toString).isEqualTo(ContainerState.CONTAINER_RUNNING);
                assertThat(status().getStartedAt()).as(this::toString).isEqualTo(startedAt);
                assertThat(node.pid(id)).as(this::toString).isEqualTo(pid);
            }
            case ENDING -> {
                ContainerStatus status = node.awaitExit(id);
                assertThat(status.getExitCode()).as(this::toString).isEqualTo(script.own());
                ended(status);
            }
            case ENDED -> {
                assertThat(status().getState()).as(this::toString).isEqualTo(ContainerState.CONTAINER_EXITED);
                assertThat(status().getExitCode()).as(this::toString).isEqualTo(code);
            }
            case LEFT ->
                assertThat(status().getState()).as(this::toString).isNotEqualTo(ContainerState.CONTAINER_RUNNING);
            case UNSURE -> {}
        }
        if (shares.isPresent() && phase != Phase.UNSURE) {
            assertThat(status().getResources().getLinux().getCpuShares())
                    .as(this::toString)
                    .isEqualTo(shares.getAsLong());
        }
    }

    private ContainerStatus status() {
        return node.containers().status(id);
    }

    @Override
    public String toString() {
        return phase + " container " + id + " of pod " + pod + ": " + script.text();
    }
}
