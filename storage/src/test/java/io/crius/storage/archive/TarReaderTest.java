package io.crius.storage.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.linux.RawNames;
import io.crius.model.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TarReaderTest {
    private record Read(List<TarEntry> entries, List<String> contents, int framing, TarReader reader) {
        TarEntry only() {
            assertThat(entries).hasSize(1);
            return entries.getFirst();
        }
    }

    @Test
    void readsNamesContentsAndMetadata() throws IOException {
        Read read = read(new TarBuilder()
                .owner(12, 34)
                .folder("etc/")
                .mode(04755)
                .file("etc/passwd", "root:x:0:0")
                .symlink("etc/link", "passwd")
                .build());

        assertThat(read.entries)
                .extracting(TarEntry::type)
                .containsExactly(EntryType.DIRECTORY, EntryType.FILE, EntryType.SYMLINK);
        TarEntry file = read.entries.get(1);
        assertThat(file.name()).isEqualTo("etc/passwd");
        assertThat(file.mode()).isEqualTo(04755);
        assertThat(file.owner()).isEqualTo(new TarEntry.Owner(12, 34));
        assertThat(file.modified()).isEqualTo(Instant.ofEpochSecond(1_700_000_000L));
        assertThat(read.entries.get(2).linkName()).isEqualTo("passwd");
        assertThat(read.contents).containsExactly("", "root:x:0:0", "");
    }

    @Test
    void handsOutEveryByteEitherAsDataOrAsFraming() throws IOException {
        byte[] tar = new TarBuilder()
                .pax("mtime", "1.5")
                .file("a", "abc")
                .file("b", new byte[70_000])
                .raw(new byte[1024])
                .raw("trailing garbage".getBytes(StandardCharsets.US_ASCII))
                .unfinished();
        Read read = read(tar);

        assertThat(read.framing + 3 + 70_000).isEqualTo(tar.length);
        assertThat(read.reader.total()).isEqualTo(tar.length);
        assertThat(Digest.sha256(read.reader.digest())).isEqualTo(Digest.sha256(sha256(tar)));
    }

    @Test
    void appliesPaxRecordsToTheNextEntryOnly() throws IOException {
        Read read = read(new TarBuilder()
                .pax("path", "long/é")
                .pax("uid", "3000000000")
                .pax("mtime", "-1.25")
                .pax("atime", "5.123456789123")
                .pax("SCHILY.xattr.user.x", new byte[] {0, '\n', '='})
                .file("short", "")
                .file("second", "")
                .build());

        TarEntry first = read.entries.getFirst();
        assertThat(first.name()).isEqualTo("long/é");
        assertThat(first.owner().uid()).isEqualTo(3_000_000_000L);
        assertThat(first.modified()).isEqualTo(Instant.ofEpochSecond(-2, 750_000_000));
        assertThat(first.accessed()).isEqualTo(Instant.ofEpochSecond(5, 123_456_789));
        assertThat(first.attributes().get("user.x")).containsExactly(0, '\n', '=');
        assertThat(read.entries.get(1).name()).isEqualTo("second");
        assertThat(read.entries.get(1).attributes()).isEmpty();
    }

    @Test
    void neverReportsAnAccessBeforeTheModification() throws IOException {
        TarEntry entry =
                read(new TarBuilder().pax("atime", "5").file("a", "").build()).only();

        assertThat(entry.accessed()).isEqualTo(entry.modified());
    }

    @Test
    void joinsGnuLongNamesAndLinks() throws IOException {
        String name = "n".repeat(300);
        String link = "l".repeat(200);
        TarEntry entry = read(new TarBuilder()
                        .entry('L', "././@LongLink", "", 0, (name + "\0").getBytes(StandardCharsets.US_ASCII))
                        .entry('K', "././@LongLink", "", 0, (link + "\0").getBytes(StandardCharsets.US_ASCII))
                        .symlink("n", "l")
                        .build())
                .only();

        assertThat(entry.name()).isEqualTo(name);
        assertThat(entry.linkName()).isEqualTo(link);
    }

    @Test
    void joinsThePrefixOfUstarNames() throws IOException {
        byte[] block = block("file", 0);
        System.arraycopy("some/folder".getBytes(StandardCharsets.US_ASCII), 0, block, 345, 11);

        assertThat(read(TarBuilder.sealed(block)).only().name()).isEqualTo("some/folder/file");
    }

    @Test
    void readsBinaryNumbersNegativeOnesToo() throws IOException {
        byte[] block = block("file", 0);
        block[108] = (byte) 0x80;
        System.arraycopy(new byte[] {0, 0, 0, 0x7F, 0, 0, 1}, 0, block, 109, 7);
        Arrays.fill(block, 136, 148, (byte) 0xFF);
        TarEntry entry = read(TarBuilder.sealed(block)).only();

        assertThat(entry.owner().uid()).isEqualTo(0x7F000001L);
        assertThat(entry.modified()).isEqualTo(Instant.ofEpochSecond(-1));
    }

    @Test
    void keepsNamesThatAreNotUtf8() throws IOException {
        byte[] name = {'c', 'a', 'f', (byte) 0xE9};
        TarEntry entry =
                read(new TarBuilder().header('0', name, "", 0644, 0).build()).only();

        assertThat(RawNames.isEscaped(entry.name())).isTrue();
        assertThat(RawNames.encode(entry.name())).isEqualTo(name);
    }

    @Test
    void takesAFileWhoseNameEndsInASlashForAFolder() throws IOException {
        assertThat(read(new TarBuilder().entry(0, "d/", "", 0755, new byte[0]).build())
                        .only()
                        .type())
                .isEqualTo(EntryType.DIRECTORY);
    }

    @Test
    void ignoresTheSizeOfEntriesThatHaveNoData() throws IOException {
        Read read = read(new TarBuilder()
                .header('1', "link".getBytes(StandardCharsets.US_ASCII), "target", 0644, 999)
                .file("next", "x")
                .build());

        assertThat(read.entries).extracting(TarEntry::name).containsExactly("link", "next");
        assertThat(read.entries.getFirst().size()).isZero();
    }

    @Test
    void reportsGlobalHeadersAsEntriesOfTheirOwn() throws IOException {
        Read read = read(new TarBuilder()
                .entry('g', "pax_global_header", "", 0666, "15 comment=abc\n".getBytes(StandardCharsets.US_ASCII))
                .file("a", "1")
                .build());

        assertThat(read.entries).extracting(TarEntry::type).containsExactly(EntryType.GLOBAL_HEADER, EntryType.FILE);
    }

    @Test
    void acceptsAStreamWithoutTheZeroBlocks() throws IOException {
        assertThat(read(new TarBuilder().file("a", "1").unfinished()).only().name())
                .isEqualTo("a");
        assertThat(read(new byte[0]).entries).isEmpty();
    }

    @Test
    void refusesStreamsThatEndTooEarly() {
        byte[] tar = new TarBuilder().file("a", "0123456789").unfinished();

        assertThatThrownBy(() -> read(Arrays.copyOf(tar, 515)))
                .isInstanceOf(MalformedArchiveException.class)
                .hasMessage("tar: the stream ends within the data of an entry");
        assertThatThrownBy(() -> read(Arrays.copyOf(tar, 100))).hasMessage("tar: the stream ends within a header");
    }

    @Test
    void refusesWhatIsNotATar() {
        byte[] text = "this is not a tar ".repeat(100).getBytes(StandardCharsets.US_ASCII);
        byte[] garbled = new TarBuilder().file("a", "1").build();
        garbled[5] ^= 1;

        assertThatThrownBy(() -> read(text)).isInstanceOf(MalformedArchiveException.class);
        assertThatThrownBy(() -> read(garbled)).hasMessage("tar: not a tar header: its checksum does not match");
        assertThatThrownBy(() ->
                        read(new TarBuilder().raw(new byte[512]).file("a", "1").build()))
                .hasMessage("tar: a header follows a single zero block");
    }

    @Test
    void refusesNumbersThatNobodyCanMean() {
        byte[] negative = block("file", 0);
        Arrays.fill(negative, 124, 136, (byte) 0xFF);
        byte[] huge = block("file", 0);
        Arrays.fill(huge, 124, 136, (byte) 0xBF);

        assertThatThrownBy(() -> read(TarBuilder.sealed(negative))).hasMessage("tar: size -1 of \"file\" is negative");
        assertThatThrownBy(() -> read(TarBuilder.sealed(huge))).hasMessage("tar: size is larger than 63 bits");
        assertThatThrownBy(() ->
                        read(new TarBuilder().pax("size", "-5").file("a", "").build()))
                .hasMessage("tar: size \"-5\" is not a number");
        assertThatThrownBy(() ->
                        read(new TarBuilder().pax("mtime", "1e9").file("a", "").build()))
                .hasMessage("tar: time \"1e9\" is not a time");
    }

    @Test
    void refusesExtensionsThatAreTooLarge() {
        byte[] header = new TarBuilder()
                .header('x', "x".getBytes(StandardCharsets.US_ASCII), "", 0, 2 << 20)
                .unfinished();

        assertThatThrownBy(() -> read(header)).hasMessage("tar: an extended header of 2097152 bytes is too large");
    }

    @Test
    void refusesMalformedPaxRecords() {
        for (String body :
                List.of("7 a=b\n", "5 a=b", "99 a=b\n", "x a=b\n", "6 =bb\n", "0 a=b\n", "13 path=a\0b\n\n")) {
            byte[] tar = new TarBuilder()
                    .entry('x', "x", "", 0, body.getBytes(StandardCharsets.US_ASCII))
                    .file("a", "")
                    .build();
            assertThatThrownBy(() -> read(tar)).as(body).isInstanceOf(MalformedArchiveException.class);
        }
    }

    @Test
    void refusesSparseMembers() {
        byte[] tar = new TarBuilder().pax("GNU.sparse.major", "1").file("a", "").build();

        assertThatThrownBy(() -> read(tar)).hasMessage("tar: sparse members (GNU.sparse.major) are not supported");
    }

    @Test
    void refusesMoreBytesThanAllowed() {
        var reader = new TarReader(
                new ByteArrayInputStream(
                        new TarBuilder().file("a", new byte[5000]).build()),
                4096,
                (_, _, _) -> {});

        assertThatThrownBy(reader::next).hasMessage("tar: more than the allowed 4096 bytes");
    }

    @Test
    void readsStreamsThatComeInDrops() throws IOException {
        byte[] tar = new TarBuilder()
                .pax("path", "a".repeat(600))
                .file("a", new byte[1300])
                .build();
        InputStream drops = new ByteArrayInputStream(tar) {
            @Override
            public int read(byte[] bytes, int offset, int length) {
                return super.read(bytes, offset, Math.min(length, 7));
            }
        };

        assertThat(read(drops).only().name()).hasSize(600);
    }

    private static byte[] block(String name, long size) {
        return Arrays.copyOf(
                new TarBuilder()
                        .header('0', name.getBytes(StandardCharsets.US_ASCII), "", 0644, size)
                        .unfinished(),
                512);
    }

    private static Read read(byte[] tar) throws IOException {
        return read(new ByteArrayInputStream(tar));
    }

    private static Read read(InputStream tar) throws IOException {
        int[] framing = {0};
        var reader = new TarReader(tar, 1 << 24, (_, _, length) -> framing[0] += length);
        var entries = new ArrayList<TarEntry>();
        var contents = new ArrayList<String>();
        for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            entries.add(entry.get());
            var content = new ByteArrayOutputStream();
            reader.transfer(content::write);
            contents.add(content.toString(StandardCharsets.UTF_8));
        }
        return new Read(entries, contents, framing[0], reader);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
