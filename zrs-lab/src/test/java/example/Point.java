package example;

import io.zrs.database.PythonClass;
import io.zrs.database.PythonObject;

/** A point: a value in the record of a person. */
record Point(Object x, Object y) {
    static Point of(PythonObject object) {
        return new Point(object.get("x"), object.get("y"));
    }

    PythonObject object() {
        return PythonObject.of(PythonClass.of("app.models.Point")).set("x", x).set("y", y);
    }
}
