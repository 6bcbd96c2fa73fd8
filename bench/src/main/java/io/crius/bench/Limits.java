package io.crius.bench;

import io.crius.acceptance.image.LoopbackRegistry;
import io.crius.acceptance.process.Command;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a pull cannot be faster than on this machine: each of its parts alone, one layer after the other, by the programs that
 * everybody has.
 */
final class Limits {
    private static final Pattern LAYER = Pattern.compile("\"mediaType\":\"[^\"]*tar\\+gzip\",\"digest\":\"([^\"]+)\"");

    private final HttpClient http = HttpClient.newHttpClient();
    private final LoopbackRegistry registry;
    private final Path folder;

    Limits(LoopbackRegistry registry, Path folder) {
        this.registry = registry;
        this.folder = folder;
    }

    /** Puts figures of an image into the results. */
    void measure(String repository, String tag, Results results) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        List<Path> blobs = new ArrayList<>();
        Duration network = Duration.ZERO;
        for (String digest : layers(repository, tag)) {
            Path blob = folder.resolve(digest.substring(digest.indexOf(':') + 1));
            network = network.plus(time(() -> get("/v2/" + repository + "/blobs/" + digest, blob)));
            blobs.add(blob);
        }
        Duration inflate = Duration.ZERO;
        Duration write = Duration.ZERO;
        for (Path blob : blobs) {
            Path tree = Files.createDirectory(folder.resolve(blob.getFileName() + ".tree"));
            inflate = inflate.plus(time(() -> Command.run("sh", "-c", "gzip -dc " + blob + " >/dev/null")));
            Command.run("sh", "-c", "gzip -dc " + blob + " >" + blob + ".tar");
            write = write.plus(time(() -> Command.run("tar", "-xf", blob + ".tar", "-C", tree.toString())));
        }
        results.set("alone: copy the blobs from the registry into files, ms", (double) network.toMillis());
        results.set("alone: gzip -d of the blobs, ms", (double) inflate.toMillis());
        results.set("alone: tar -x of the layers, ms", (double) write.toMillis());
        Command.run("rm", "-rf", folder.toString());
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private static Duration time(Step step) throws IOException, InterruptedException {
        long start = System.nanoTime();
        step.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private List<String> layers(String repository, String tag) throws IOException, InterruptedException {
        Path manifest = folder.resolve("manifest");
        get("/v2/" + repository + "/manifests/" + tag, manifest);
        List<String> digests = new ArrayList<>();
        for (Matcher layer = LAYER.matcher(Files.readString(manifest)); layer.find(); ) {
            digests.add(layer.group(1));
        }
        return digests;
    }

    private void get(String path, Path file) throws IOException, InterruptedException {
        var _ = http.send(
                HttpRequest.newBuilder(URI.create("http://" + registry.host() + path))
                        .header("Accept", "application/vnd.oci.image.manifest.v1+json")
                        .build(),
                BodyHandlers.ofFile(file));
    }
}
