package io.crius.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.crius.cri.v1.ImageServiceGrpc;
import io.crius.cri.v1.RuntimeServiceGrpc;
import io.grpc.ServiceDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/cri.md has one line for each call of the CRI, in the order of the proto. */
class CriTableTest {
    private static final Path PAGE = Path.of("../docs/cri.md");

    @Test
    void thePageHasEveryCallOfTheProtoOnce() throws IOException {
        List<String> expected = Stream.of(
                        RuntimeServiceGrpc.getServiceDescriptor(), ImageServiceGrpc.getServiceDescriptor())
                .flatMap(CriTableTest::calls)
                .toList();

        assertThat(rows().map(cells -> cells.get(0)))
                .containsExactlyElementsOf(expected)
                .hasSize(41);
    }

    @Test
    void theStateOfACallIsOneOfTwo() throws IOException {
        assertThat(rows().map(cells -> cells.get(1))).containsOnly("works", "UNIMPLEMENTED");
    }

    @Test
    void theCallsThatWorkAreThoseTheServerAnswers() throws IOException {
        Set<String> answered = answered();
        assertThat(answered)
                .as("the gRPC edge of module server is on the class path")
                .isNotEmpty();

        assertThat(rows().filter(cells -> cells.get(1).equals("works")).map(cells -> cells.get(0)))
                .containsExactlyInAnyOrderElementsOf(answered);
    }

    /** Calls that some class of the server overrides; what it inherits answers UNIMPLEMENTED. */
    private static Set<String> answered() {
        return new ClassFileImporter()
                .importPackages("io.crius.server").stream()
                        .filter(type -> type.getAllRawSuperclasses().stream()
                                .anyMatch(base -> base.getSimpleName().endsWith("ServiceImplBase")))
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                        .map(method -> method.getName().substring(0, 1).toUpperCase(Locale.ROOT)
                                + method.getName().substring(1))
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> calls(ServiceDescriptor service) {
        return service.getMethods().stream().map(method -> String.valueOf(method.getBareMethodName()));
    }

    private static Stream<List<String>> rows() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| call "))
                .map(line -> Stream.of(line.split("\\|"))
                        .map(String::strip)
                        .filter(cell -> !cell.isEmpty())
                        .toList());
    }
}
