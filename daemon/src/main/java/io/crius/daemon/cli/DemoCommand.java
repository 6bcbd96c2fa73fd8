package io.crius.daemon.cli;

import io.crius.client.CriClient;
import io.crius.cri.v1.Image;
import io.crius.cri.v1.PodSandboxFilter;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/**
 * {@code crius demo}: pulls an image, runs a pod with two containers that talk to one another, shows what happened, and
 * removes everything, also when a step goes wrong.
 */
final class DemoCommand implements Command {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    @Override
    public int run(List<String> arguments, PrintStream out) throws IOException, InterruptedException {
        DemoArguments demo = DemoArguments.parse(arguments);
        try (CriClient client = CriClient.connect(demo.socket())) {
            client.awaitReady(START_LIMIT);
            if (demo.image().isEmpty()) {
                client.pods().removeAll(PodSandboxFilter.getDefaultInstance());
                return 0;
            }
            Steps steps = new Steps(out);
            pull(client, demo.image().get(), steps);
            try (DemoPod pod = DemoPod.run(client, demo, steps)) {
                pod.show();
            }
            steps.step(
                    "removed image " + demo.image().get(),
                    () -> client.images().remove(demo.image().get()));
            return 0;
        }
    }

    private static void pull(CriClient client, String image, Steps steps) throws IOException, InterruptedException {
        steps.step("pulled " + image, () -> client.images().pull(image));
        client.images().status(image).map(DemoCommand::facts).ifPresent(steps::show);
    }

    private static String facts(Image image) {
        return "image " + image.getId() + ", " + image.getSize() + " bytes";
    }
}
