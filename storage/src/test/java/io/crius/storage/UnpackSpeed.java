package io.crius.storage;

import io.crius.linux.Linux;
import io.crius.storage.archive.UnpackLimits;
import io.crius.storage.disk.TreeRemoval;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * Prints how fast a layer is unpacked and committed: arguments are a tar, plain or gzip, and a folder to work in. The
 * second and later rounds show what a running daemon does.
 */
final class UnpackSpeed {
    private UnpackSpeed() {}

    public static void main(String[] arguments) throws Exception {
        Path tar = Path.of(arguments[0]);
        Path work = Path.of(arguments[1]);
        Linux linux = Linux.real();
        for (int round = 1; round <= 5; round++) {
            TreeRemoval.remove(work);
            var options = StoreOptions.of(work.resolve("root"), work.resolve("run"))
                    .with(DriverOptions.DEFAULT.with(DriverHome.PLAIN_FOLDER));
            try (Store store = Store.open(options, linux);
                    LayerStaging staging = store.stageLayer();
                    InputStream in = open(tar)) {
                long cpu = cpuNanos();
                long start = System.nanoTime();
                LayerContent content = staging.unpack(in, UnpackLimits.GENEROUS);
                long unpacked = System.nanoTime();
                store.commitLayer(
                        staging, Optional.empty(), new LayerBlob(content.diffId(), content.size(), Compression.NONE));
                long committed = System.nanoTime();
                System.out.printf(
                        Locale.ROOT,
                        "round %d: %d MB unpacked in %.2f s (%.0f MB/s), %.2f s of processor time, committed in %.1f ms%n",
                        round,
                        content.size() >> 20,
                        (unpacked - start) / 1e9,
                        content.size() / 1e6 / ((unpacked - start) / 1e9),
                        (cpuNanos() - cpu) / 1e9,
                        (committed - unpacked) / 1e6);
            }
        }
        TreeRemoval.remove(work);
    }

    private static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    private static InputStream open(Path tar) throws IOException {
        if (!tar.toString().endsWith(".gz")) {
            return Files.newInputStream(tar);
        }
        var pipe = new PipedInputStream(4 << 20);
        var out = new PipedOutputStream(pipe);
        Thread.ofPlatform().daemon(true).start(() -> {
            try (out;
                    InputStream in =
                            new GZIPInputStream(new BufferedInputStream(Files.newInputStream(tar), 1 << 18), 1 << 16)) {
                in.transferTo(out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return pipe;
    }
}
