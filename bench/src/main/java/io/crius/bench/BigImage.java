package io.crius.bench;

import io.crius.acceptance.image.Compression;
import io.crius.acceptance.image.ImageConfig;
import io.crius.acceptance.image.LoopbackRegistry;
import io.crius.acceptance.image.OciLayout;
import io.crius.acceptance.image.TarWriter;
import io.crius.acceptance.image.TarWriter.Owner;
import io.crius.acceptance.process.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * An image like those of real services: a base with programs and libraries, a layer of many small text files as package
 * managers leave, and smaller layers on top. The same content at every run.
 */
final class BigImage {
    /** How the size is shared out among the layers. */
    private static final List<Double> SHARES = List.of(0.3, 0.4, 0.2, 0.07, 0.03);

    private static final int FILES_PER_FOLDER = 40;
    private static final int MEGABYTE = 1 << 20;
    private static final String[] WORDS =
            "return function import const this class module exports value object string number error if else new null"
                    .split(" ");

    private final Random random = new Random(42);
    private final byte[] text = words();
    private int files;

    private BigImage() {}

    /** Makes the image and brings it to the registry; gives its full name. */
    static String push(LoopbackRegistry registry, Path folder, int megabytes) throws IOException, InterruptedException {
        OciLayout layout = OciLayout.create(folder.resolve("big"));
        BigImage image = new BigImage();
        List<OciLayout.Layer> layers = new ArrayList<>();
        for (double share : SHARES) {
            String top = "layer" + layers.size();
            long bytes = (long) (share * megabytes * MEGABYTE);
            boolean programs = layers.isEmpty();
            layers.add(layout.layer(Compression.GZIP, tar -> image.fill(tar, top, bytes, programs)));
        }
        layout.tag("big", layout.image(ImageConfig.empty().withCmd("/none"), layers));
        registry.push(layout, "big", "big:latest");
        Command.run("rm", "-rf", layout.folder().toString());
        return registry.name("big:latest");
    }

    private void fill(TarWriter tar, String top, long bytes, boolean programs) throws IOException {
        tar.folder(top);
        long left = bytes;
        String folder = top;
        while (left > 0) {
            if (files % FILES_PER_FOLDER == 0) {
                folder = top + "/package" + files;
                tar.folder(folder);
            }
            byte[] content = programs ? program() : source();
            tar.file(folder + "/file" + files, content, programs ? Owner.PROGRAM : Owner.FILE);
            left -= content.length;
            files++;
        }
    }

    /** Machine code: half of it does not compress; 0.2 to 4 MB. */
    private byte[] program() {
        byte[] content = new byte[200_000 + random.nextInt(3_800_000)];
        byte[] block = new byte[256];
        for (int at = 0; at < content.length; at += 512) {
            random.nextBytes(block);
            System.arraycopy(block, 0, content, at, Math.min(block.length, content.length - at));
        }
        return content;
    }

    /** Text: most files are small, some are not; 100 bytes to 60 KB. */
    private byte[] source() {
        int size = 100 + (int) (60_000 * Math.pow(random.nextDouble(), 3));
        byte[] content = new byte[size];
        int from = random.nextInt(text.length - size);
        System.arraycopy(text, from, content, 0, size);
        return content;
    }

    private byte[] words() {
        StringBuilder all = new StringBuilder();
        while (all.length() < 4 * MEGABYTE) {
            all.append(WORDS[random.nextInt(WORDS.length)])
                    .append(random.nextInt(5) == 0 ? Integer.toString(random.nextInt(100_000)) : "")
                    .append(random.nextInt(9) == 0 ? '\n' : ' ');
        }
        return all.toString().getBytes(StandardCharsets.UTF_8);
    }
}
