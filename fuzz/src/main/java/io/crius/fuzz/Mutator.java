package io.crius.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes inputs out of others by chance. The same seed of the random makes the same inputs. For one thread. */
final class Mutator {
    private static final int LARGEST = 32 << 10;
    private static final String[] NUMBERS = {
        "0",
        "-1",
        "1",
        "255",
        "65536",
        "2147483647",
        "-2147483648",
        "4294967296",
        "9223372036854775807",
        "18446744073709551616",
        "1e999999",
        "0.1",
        "00",
        "77777777777"
    };

    private final Random random;
    private final Target target;
    private final List<byte[]> words;

    Mutator(Random random, Target target) {
        this.random = random;
        this.target = target;
        this.words = target.words().stream().map(word -> word.getBytes(UTF_8)).toList();
    }

    /** Changes one of the inputs in a few places. */
    byte[] next(List<byte[]> pool) {
        byte[] bytes = pick(pool);
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            bytes = changed(bytes, pool);
        }
        return target.repaired(bytes.length > LARGEST ? Arrays.copyOf(bytes, LARGEST) : bytes);
    }

    private byte[] pick(List<byte[]> pool) {
        return pool.get(random.nextInt(pool.size()));
    }

    private byte[] changed(byte[] bytes, List<byte[]> pool) {
        return switch (random.nextInt(10)) {
            case 0 -> flipped(bytes);
            case 1 -> set(bytes);
            case 2 -> without(bytes);
            case 3 -> inserted(bytes, word());
            case 4 -> inserted(bytes, part(bytes));
            case 5 -> inserted(bytes, part(pick(pool)));
            case 6 -> replaced(bytes, word());
            case 7 -> replaced(bytes, NUMBERS[random.nextInt(NUMBERS.length)].getBytes(UTF_8));
            case 8 -> random.nextInt(60) == 0 ? inserted(bytes, nested()) : flipped(bytes);
            default -> random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : set(bytes);
        };
    }

    private byte[] flipped(byte[] bytes) {
        byte[] copy = bytes.clone();
        if (copy.length > 0) {
            copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return copy;
    }

    private byte[] set(byte[] bytes) {
        byte[] copy = bytes.clone();
        if (copy.length > 0) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
        }
        return copy;
    }

    private byte[] without(byte[] bytes) {
        int from = place(bytes);
        int to = Math.min(bytes.length, from + length(bytes));
        return joined(Arrays.copyOf(bytes, from), new byte[0], Arrays.copyOfRange(bytes, to, bytes.length));
    }

    private byte[] inserted(byte[] bytes, byte[] more) {
        int at = place(bytes);
        return joined(Arrays.copyOf(bytes, at), more, Arrays.copyOfRange(bytes, at, bytes.length));
    }

    private byte[] replaced(byte[] bytes, byte[] with) {
        int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
        int to = Math.min(bytes.length, at + with.length);
        return joined(Arrays.copyOf(bytes, at), with, Arrays.copyOfRange(bytes, to, bytes.length));
    }

    private byte[] part(byte[] bytes) {
        int from = place(bytes);
        return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + length(bytes)));
    }

    private byte[] word() {
        return words.isEmpty() ? new byte[] {(byte) random.nextInt(256)} : words.get(random.nextInt(words.size()));
    }

    /** One piece many times: brackets make depth, others make length. */
    private byte[] nested() {
        byte[] word = word();
        int times = 1 + random.nextInt(Math.max(1, 20_000 / Math.max(1, word.length)));
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            out.writeBytes(word);
        }
        return out.toByteArray();
    }

    /** A place where a block begins. */
    private int place(byte[] bytes) {
        int grains = bytes.length / target.grain();
        return grains == 0 ? 0 : random.nextInt(grains + 1) * target.grain();
    }

    private int length(byte[] bytes) {
        int grains = Math.max(1, Math.min(bytes.length / target.grain(), target.grain() == 1 ? 40 : 6));
        return (1 + random.nextInt(grains)) * target.grain();
    }

    private static byte[] joined(byte[] start, byte[] middle, byte[] end) {
        byte[] all = Arrays.copyOf(start, start.length + middle.length + end.length);
        System.arraycopy(middle, 0, all, start.length, middle.length);
        System.arraycopy(end, 0, all, start.length + middle.length, end.length);
        return all;
    }
}
