package io.crius.daemon.cli;

import io.crius.client.CriClient;
import io.crius.client.PodBuilder;
import io.crius.cri.v1.RuntimeConfigRequest;
import io.crius.cri.v1.StatusRequest;
import io.crius.model.CriusException;
import io.grpc.StatusRuntimeException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * {@code crius train}: calls a daemon that runs on private folders, so that the JVM sees which classes a daemon needs. Not
 * for people; {@code crius aot} calls it.
 *
 * <p>Calls that change things are made with objects that do not exist: they take the same way in and out, and leave nothing
 * behind.
 */
final class TrainCommand implements Command {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int ROUNDS = 20;
    private static final String NOBODY = "00000000000000000000000000000000";
    private static final String NO_IMAGE = "127.0.0.1:1/nothing/nowhere:none";

    @Override
    public int run(List<String> arguments, PrintStream out) throws InterruptedException {
        if (arguments.size() != 2 || !arguments.getFirst().equals("--socket")) {
            throw new CriusException.InvalidArgument("--socket PATH is needed");
        }
        try (CriClient client = CriClient.connect(Path.of(arguments.getLast()))) {
            client.awaitReady(START_LIMIT);
            for (int round = 0; round < ROUNDS; round++) {
                calls(client).forEach(TrainCommand::whateverTheAnswer);
            }
            whateverTheAnswer(() -> client.images().pull(NO_IMAGE));
        }
        return 0;
    }

    private static List<Runnable> calls(CriClient client) {
        return List.of(
                () -> client.runtime().status(StatusRequest.getDefaultInstance()),
                () -> client.runtime().runtimeConfig(RuntimeConfigRequest.getDefaultInstance()),
                () -> client.pods().list(),
                () -> client.pods().status(NOBODY),
                () -> client.pods().stop(NOBODY),
                () -> client.pods().remove(NOBODY),
                () -> client.pods().run(PodBuilder.pod("", "").build()),
                () -> client.containers().list(),
                () -> client.containers().status(NOBODY),
                () -> client.containers().start(NOBODY),
                () -> client.containers().stop(NOBODY, Duration.ZERO),
                () -> client.containers().remove(NOBODY),
                () -> client.containers().exec(NOBODY, "true"),
                () -> client.containers().reopenLog(NOBODY),
                () -> client.images().list(),
                () -> client.images().status(NO_IMAGE),
                () -> client.images().remove(NO_IMAGE),
                () -> client.images().fileSystems());
    }

    private static void whateverTheAnswer(Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException _) {
            // That there is no such object is the answer that was asked for.
        }
    }
}
