package io.crius.runtime.oci;

import java.nio.file.Path;

final class CrunAwaitedCommandIT extends AwaitedCommandContract {
    @Override
    Path program() {
        return Path.of("/usr/bin/crun");
    }
}
