const ORDER = ["L00", "L1−1", "L10", "L11", "L2−2", "L2−1", "L20", "L21", "L22"];

/** The 27 numbers: radiance coefficients, as three's LightProbe takes them. */
export function Coefficients({ coeffs }: { coeffs: Float32Array }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">coefficient</th>
          <th scope="col">red</th>
          <th scope="col">green</th>
          <th scope="col">blue</th>
        </tr>
      </thead>
      <tbody>
        {ORDER.map((name, i) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{coeffs[3 * i].toFixed(4)}</td>
            <td>{coeffs[3 * i + 1].toFixed(4)}</td>
            <td>{coeffs[3 * i + 2].toFixed(4)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
