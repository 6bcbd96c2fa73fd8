package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.linux.abi.Architecture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PauseProgramTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"X86_64, x86_64, x86_64-linux-gnu-", "ARM64, arm64, aarch64-linux-gnu-"})
    void theBytesAreWhatAnAssemblerMakesOfTheSource(Architecture architecture, String source, String tools)
            throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/" + tools + "as")), "needs the assembler " + tools + "as");
        Path object = folder.resolve("pause.o");
        Path code = folder.resolve("pause.bin");
        run(tools + "as", "src/main/asm/pause-" + source + ".s", "-o", object.toString());
        run(tools + "objcopy", "-O", "binary", "-j", ".text", object.toString(), code.toString());
        assertThat(PauseProgram.code(architecture)).isEqualTo(Files.readAllBytes(code));
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(List.of(command) + output).isZero();
    }

    @Test
    void itIsAProgramForEachArchitecture() {
        for (Architecture architecture : Architecture.values()) {
            assertThat(PauseProgram.bytes(architecture))
                    .startsWith(0x7f, 'E', 'L', 'F', 2, 1, 1)
                    .hasSizeLessThan(1024);
        }
    }

    @Test
    void itSleepsUntilItIsKilled() throws Exception {
        Path program = Files.write(folder.resolve("pause"), PauseProgram.bytes());
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Process process = new ProcessBuilder(program.toString()).start();
        try {
            assertThat(process.waitFor(50, java.util.concurrent.TimeUnit.MILLISECONDS))
                    .isFalse();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor()).isEqualTo(137);
    }
}
