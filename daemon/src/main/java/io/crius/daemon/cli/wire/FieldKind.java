package io.crius.daemon.cli.wire;

/** The types that fields of the CRI have; the numbers are those of descriptor.proto. */
enum FieldKind {
    DOUBLE(1),
    INT64(3),
    UINT64(4),
    INT32(5),
    BOOL(8),
    STRING(9),
    MESSAGE(11),
    BYTES(12),
    UINT32(13),
    ENUM(14);

    private final int number;

    FieldKind(int number) {
        this.number = number;
    }

    static FieldKind of(int number) {
        for (FieldKind kind : values()) {
            if (kind.number == number) {
                return kind;
            }
        }
        throw new IllegalStateException("the descriptors of the CRI have a field of type " + number);
    }

    /** Whether a list of them may be sent as one packed field. */
    boolean isPackable() {
        return switch (this) {
            case STRING, MESSAGE, BYTES -> false;
            case DOUBLE, INT64, UINT64, INT32, BOOL, UINT32, ENUM -> true;
        };
    }
}
