package io.crius.image.pull;

import io.crius.config.ShortNameMode;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.auth.CredentialSource;
import io.crius.image.fixture.TempRegistriesConf;
import io.crius.image.registry.HttpSettings;
import io.crius.image.registry.Transports;
import io.crius.linux.Linux;
import io.crius.oci.image.Platform;
import io.crius.storage.Store;
import io.crius.storage.StoreOptions;
import io.crius.storage.archive.UnpackLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Prints how long pulls take: arguments are an image of an insecure registry, a folder to work in, and how often. Each round
 * begins with an empty store; the later ones show what a running daemon does.
 */
final class PullSpeed {
    private PullSpeed() {}

    public static void main(String[] arguments) throws Exception {
        String image = arguments[0];
        Path work = Path.of(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        Linux linux = Linux.real();
        Files.createDirectories(work);
        var registries = TempRegistriesConf.write(work, "", image.substring(0, image.indexOf('/')));
        try (var transports = new Transports(List.of(), Map.of(), HttpSettings.of("crius/speed"))) {
            for (int round = 1; round <= rounds; round++) {
                Path root = work.resolve("round-" + round);
                try (Store store = Store.open(StoreOptions.of(root.resolve("root"), root.resolve("run")), linux)) {
                    var puller = new ImagePuller(
                            store,
                            ArtifactStore.open(root.resolve("root"), List.of(), linux),
                            new ImageSources(registries, CredentialSource.NOTHING, transports, PullPolicy.ACCEPT_ALL),
                            new PullSettings(
                                    ShortNameMode.ENFORCING,
                                    new Platform("linux", "amd64", ""),
                                    PullLimits.of(Runtime.getRuntime().availableProcessors()),
                                    UnpackLimits.GENEROUS));
                    long start = System.nanoTime();
                    puller.pull(PullRequest.of(image));
                    double seconds = (System.nanoTime() - start) / 1e9;
                    long bytes = store.usage().images().size().bytes();
                    System.out.printf(
                            Locale.ROOT,
                            "round %d: %d MB of layers in %.2f s (%.0f MB/s)%n",
                            round,
                            bytes / 1_000_000,
                            seconds,
                            bytes / 1e6 / seconds);
                }
            }
        }
    }
}
