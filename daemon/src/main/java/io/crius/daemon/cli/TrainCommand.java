package io.crius.daemon.cli;

import io.crius.client.CriClient;
import io.crius.client.PodBuilder;
import io.crius.cri.v1.PodSandboxFilter;
import io.crius.cri.v1.RuntimeConfigRequest;
import io.crius.cri.v1.StatusRequest;
import io.crius.model.CriusException;
import io.crius.oci.image.HostPlatform;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * {@code crius train}: calls a daemon that runs on private folders, so that the JVM sees which classes a daemon needs and which
 * methods its work is in. The JVM of this command learns the same of the client. Not for people; {@code crius aot} calls it.
 *
 * <p>Pods are run where the machine can run them. Where it cannot, as where packages are built, they fail on the way; the
 * questions about objects that do not exist train what is left.
 */
final class TrainCommand implements Command {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int ROUNDS = 20;

    /** So many that the way of every call through gRPC is known to be worth compiling. */
    private static final int QUESTIONS = 100;

    private static final String NOBODY = "00000000000000000000000000000000";

    @Override
    public int run(List<String> arguments, PrintStream out) throws IOException, InterruptedException {
        if (arguments.size() != 3) {
            throw new CriusException.InvalidArgument("needed: the socket, a folder for logs, a parent of cgroups");
        }
        try (TrainingRegistry registry = TrainingRegistry.start(TrainingImage.make(architecture()));
                CriClient client = CriClient.connect(Path.of(arguments.getFirst()))) {
            client.awaitReady(START_LIMIT);
            var person = new TrainingPerson(Path.of(arguments.getFirst()));
            var pods = new TrainingPods(client, person, Path.of(arguments.get(1)), arguments.getLast());
            for (int round = 0; round < ROUNDS; round++) {
                String image = registry.repository() + ":" + round;
                questions(client, image).forEach(TrainCommand::whateverTheAnswer);
                whateverTheAnswer(() -> client.images().pull(image));
                whateverTheAnswer(() -> pods.live(image));
                questions(client, image).forEach(TrainCommand::whateverTheAnswer);
                person.look(NOBODY, NOBODY);
                whateverTheAnswer(() -> client.images().remove(image));
            }
            for (int round = 0; round < QUESTIONS; round++) {
                questions(client, registry.repository()).forEach(TrainCommand::whateverTheAnswer);
            }
            // What a round that failed may have left.
            client.pods().removeAll(PodSandboxFilter.getDefaultInstance());
        }
        return 0;
    }

    private static String architecture() {
        return HostPlatform.of(System.getProperty("os.arch"), () -> "").architecture();
    }

    private static List<Runnable> questions(CriClient client, String image) {
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
                () -> client.images().status(image),
                () -> client.images().fileSystems());
    }

    private static void whateverTheAnswer(Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException _) {
            // That there is no such object, or that this machine cannot run pods, is an answer as well.
        }
    }
}
